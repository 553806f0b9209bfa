import { Card } from './card';
import { Page } from './page';
import { SkeletonRows } from './states';

/** A page of lines while it is read for the first time. The router has waited
 * already when it shows this, so the shapes do not wait once more. */
export function pagePending(title: string, options: { rows?: number; width?: 'narrow' } = {}) {
  return function PagePending() {
    return (
      <div className="skeleton-now">
        <Page title={title} width={options.width}>
          <Card>
            <SkeletonRows rows={options.rows ?? 8} />
          </Card>
        </Page>
      </div>
    );
  };
}
