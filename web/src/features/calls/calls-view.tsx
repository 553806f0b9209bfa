import { useInfiniteQuery } from '@tanstack/react-query';
import { Download, PhoneCall } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useNames } from '../../api/names';
import { may, useMe } from '../../api/session';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { Empty, Failure, NoMatch, SkeletonRows } from '../../ui/states';
import { CallList } from './call-list';
import { copy } from './copy';
import { type CallSearch, isFiltered } from './filter';
import { exportUrl } from './filter-query';
import { Filters } from './filters';
import { callsQuery } from './queries';

interface Props {
  /** From the URL, so that a shared link shows the same. */
  search: CallSearch;
  onSearch: (search: CallSearch) => void;
}

export function CallsView({ search, onSearch }: Props) {
  const me = useMe();
  const zone = me.client.zone;
  const names = useNames();
  const pages = useInfiniteQuery(callsQuery(search, zone));
  const calls = useMemo(() => pages.data?.pages.flatMap((page) => page.calls) ?? [], [pages.data]);
  const { hasNextPage, isFetching, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return (
    <Page
      title={copy.title}
      note={copy.note}
      actions={
        may.lead(me.role) && (
          <a href={exportUrl(search, zone)} download className={buttonClass()}>
            <Download aria-hidden />
            {copy.export}
          </a>
        )
      }
    >
      <Card body="flush">
        <Filters search={search} onSearch={onSearch} />
        {pages.isPending && (
          <div className="px-5 pb-5">
            <SkeletonRows rows={8} />
          </div>
        )}
        {pages.isError && calls.length === 0 && <Failure error={pages.error} onRetry={pages.refetch} />}
        {pages.isSuccess && calls.length === 0 && isFiltered(search) && (
          <NoMatch what="these filters" onClear={() => onSearch({})} />
        )}
        {pages.isSuccess && calls.length === 0 && !isFiltered(search) && (
          <Empty icon={<PhoneCall />} title={copy.empty}>
            {copy.emptyNote}
          </Empty>
        )}
        {calls.length > 0 && <CallList calls={calls} names={names} zone={zone} onNearEnd={more} />}
        {calls.length > 0 && (
          <p role="status" className="border-t border-line px-5 py-3 text-sm text-ink-3">
            {hasNextPage ? copy.more : copy.end(calls.length)}
          </p>
        )}
      </Card>
    </Page>
  );
}
