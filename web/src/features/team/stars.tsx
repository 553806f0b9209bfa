import { Star } from 'lucide-react';
import { rating } from '../../lib/format';

const FIVE = [1, 2, 3, 4, 5];

/** A mean of 0-5 as stars, with the figure beside them. */
export function Stars({ value }: { value: number }) {
  return (
    <span role="img" aria-label={`${rating(value)} of 5 stars`} className="inline-flex items-center gap-1.5">
      <span aria-hidden className="relative inline-flex">
        <Row className="fill-track text-track" />
        <span className="absolute inset-y-0 left-0 overflow-hidden" style={{ width: `${value * 20}%` }}>
          <Row className="fill-fair text-fair" />
        </span>
      </span>
      <span aria-hidden className="tabular">
        {rating(value)}
      </span>
    </span>
  );
}

function Row({ className }: { className: string }) {
  return (
    <span className="inline-flex w-max">
      {FIVE.map((star) => (
        <Star key={star} className={`size-3.5 shrink-0 ${className}`} />
      ))}
    </span>
  );
}
