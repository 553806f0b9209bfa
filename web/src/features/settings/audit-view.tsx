import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { asApiError } from '../../api/client';
import { useMe } from '../../api/session';
import { membersQuery } from '../../api/team';
import type { Schema } from '../../api/types';
import { count, moment } from '../../lib/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { Empty, FormError } from '../../ui/states';
import { Table } from '../../ui/table';
import { actionWords, detailWords } from './audit-words';
import { auditCopy as words } from './keys-copy';
import { auditQuery } from './queries';
import { actorName } from './who';

type Entry = Schema<'AuditEntry'>;

export function AuditView() {
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError, error } =
    useSuspenseInfiniteQuery(auditQuery);
  const { data: members } = useSuspenseQuery(membersQuery);
  const { zone } = useMe().client;
  const entries = data.pages.flatMap((page) => page.entries);
  const head = data.pages[0]?.head;
  return (
    <Page title={words.title} note={words.note} width="narrow">
      <Card body="flush" title={head ? words.head(count(head.seq)) : undefined}>
        {entries.length === 0 ? (
          <Empty title={words.emptyTitle}>{words.empty}</Empty>
        ) : (
          <Table
            caption={words.title}
            rows={entries}
            rowKey={(entry) => entry.seq}
            columns={[
              {
                key: 'at',
                head: words.when,
                cell: (entry) => (
                  <span className="tabular text-sm whitespace-nowrap text-ink-2">
                    {moment(entry.at, zone)}
                  </span>
                ),
              },
              {
                key: 'who',
                head: words.who,
                narrow: 'hide',
                cell: (entry) => (
                  <span className="text-sm whitespace-nowrap">{actorName(entry.actor, members)}</span>
                ),
              },
              {
                key: 'what',
                head: words.what,
                cell: (entry) => <What entry={entry} by={actorName(entry.actor, members)} />,
              },
            ]}
          />
        )}
      </Card>
      {isFetchNextPageError && <FormError>{asApiError(error).message}</FormError>}
      {hasNextPage && (
        <div className="self-center">
          <Button pending={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </Page>
  );
}

function What({ entry, by }: { entry: Entry; by: string }) {
  const details = detailWords(entry.body);
  return (
    <div className="min-w-0 wrap-anywhere">
      <p className="text-sm font-medium">{actionWords(entry.action)}</p>
      <p className="text-xs text-ink-2 sm:hidden">{by}</p>
      {details && <p className="line-clamp-2 text-xs text-ink-3">{details}</p>}
    </div>
  );
}
