import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { pagePending } from '../../ui/pending';
import { Skeleton } from '../../ui/states';
import { copy } from './copy';

/** The list while it is read for the first time. */
export const TeamPending = pagePending(copy.title);

/** A member while it is read for the first time. */
export function MemberPending() {
  return (
    <Page title={copy.memberTitle}>
      <div role="status" aria-label="Loading" className="skeleton-now flex flex-col gap-4">
        <div className="grid gap-4 lg:grid-cols-2">
          <Card>
            <div className="flex items-center gap-6">
              <Skeleton shape="ring" width="" />
              <div className="flex flex-1 flex-col gap-5">
                <Skeleton />
                <Skeleton />
                <Skeleton />
              </div>
            </div>
          </Card>
          <Card>
            <Skeleton shape="block" />
          </Card>
        </div>
        <Card>
          <Skeleton shape="block" />
        </Card>
      </div>
    </Page>
  );
}
