interface Props {
  /** Null where there was nothing: the line breaks there. */
  values: readonly (number | null)[];
  /** Said in place of the line. */
  label: string;
  width?: number;
  height?: number;
}

/** A line without axes; for anything with axes see visx in its feature. */
export function Sparkline({ values, label, width = 96, height = 24 }: Props) {
  return (
    <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <path
        d={line(values, width, height)}
        fill="none"
        strokeWidth="1.5"
        className="stroke-accent"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** The path; a gap starts anew. */
export function line(values: readonly (number | null)[], width: number, height: number): string {
  const known = values.filter((v): v is number => v != null);
  const [low, high] = [Math.min(...known, 0), Math.max(...known, 1)];
  const step = width / Math.max(1, values.length - 1);
  let pen = 'M';
  const parts: string[] = [];
  values.forEach((value, at) => {
    if (value == null) {
      pen = 'M';
      return;
    }
    const y = height - 1 - ((value - low) / (high - low || 1)) * (height - 2);
    parts.push(`${pen}${(at * step).toFixed(1)} ${y.toFixed(1)}`);
    pen = 'L';
  });
  return parts.join('');
}
