import { AxisBottom, AxisLeft } from '@visx/axis';
import { Group } from '@visx/group';
import { scaleBand, scaleLinear } from '@visx/scale';
import { BarRounded } from '@visx/shape';
import { TooltipWithBounds } from '@visx/tooltip';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { cn } from '../lib/cn';
import type { Tone } from '../lib/score';
import { useWidth } from './use-width';

export interface Part {
  /** The series' name. */
  name: string;
  value: number;
  tone: Tone;
}

export interface Bar {
  key: string;
  /** Below the axis. */
  label: string;
  /** Head of the tooltip and of the table's row. */
  title: string;
  /** From the bottom up. Null where there was nothing, which is not 0 and is
   * drawn so; empty where nothing can be yet. */
  parts: readonly Part[] | null;
  /** Under the title in the tooltip. */
  lines: readonly string[];
}

interface Props {
  /** What the chart shows, for those who do not see it. */
  label: string;
  bars: readonly Bar[];
  /** The top of the scale; the largest bar by default. */
  max?: number;
  tick: (value: number) => string;
  /** A dashed line across. */
  target?: number;
  height?: number;
  /** Said in the tooltip where `parts` is null. */
  nothing: string;
}

const FILLS: Record<Tone, string> = {
  neutral: 'fill-control',
  accent: 'fill-accent',
  good: 'fill-good',
  fine: 'fill-fine',
  fair: 'fill-fair',
  poor: 'fill-poor',
};
const MARGIN = { top: 10, right: 2, bottom: 26, left: 44 };

/** Bars with axes. One stop for the keyboard: arrows go from bar to bar, what
 * they say is announced, and a table says the same. */
export function BarTrend({ label, bars, max, tick, target, height = 220, nothing }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [active, setActive] = useState<number | null>(null);
  const hint = useId();
  const step = (event: KeyboardEvent) => {
    const next = moved(event.key, active, bars.length);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
  };
  const shown = active == null ? undefined : bars[active];
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: a chart is no fieldset */}
      <div
        ref={box}
        role="group"
        aria-label={label}
        aria-describedby={hint}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows walk along the bars
        tabIndex={0}
        onKeyDown={step}
        onBlur={() => setActive(null)}
        onPointerLeave={() => setActive(null)}
        className="relative rounded-sm"
        style={{ height }}
      >
        {width > 0 && (
          <Drawing
            {...{ width, height, bars, max, tick, target, active }}
            onHover={setActive}
            tooltip={nothing}
          />
        )}
      </div>
      <p id={hint} className="sr-only">
        Use the left and right arrow keys to read the bars.
      </p>
      <p aria-live="polite" className="sr-only">
        {shown && said(shown, nothing)}
      </p>
      <DataTable label={label} bars={bars} nothing={nothing} />
    </div>
  );
}

interface DrawingProps {
  width: number;
  height: number;
  bars: readonly Bar[];
  max: number | undefined;
  tick: (value: number) => string;
  target: number | undefined;
  active: number | null;
  onHover: (at: number | null) => void;
  tooltip: string;
}

function Drawing({ width, height, bars, max, tick, target, active, onHover, tooltip }: DrawingProps) {
  const inner = {
    width: Math.max(0, width - MARGIN.left - MARGIN.right),
    height: height - MARGIN.top - MARGIN.bottom,
  };
  const x = scaleBand({ domain: bars.map((bar) => bar.key), range: [0, inner.width], padding: 0.32 });
  const top = Math.max(max ?? 0, ...(max ? [] : bars.map(total)), 1);
  const y = scaleLinear({ domain: [0, top], range: [inner.height, 0], nice: max === undefined });
  const ticks = whole(y.ticks(max === 100 ? 2 : 3), max);
  const shown = active == null ? undefined : bars[active];
  return (
    <>
      <svg width={width} height={height} aria-hidden="true" className="block">
        <Group left={MARGIN.left} top={MARGIN.top}>
          {ticks.map((value) => (
            <Across key={value} at={y(value)} width={inner.width} />
          ))}
          {bars.map((bar, at) => (
            <Column
              key={bar.key}
              bar={bar}
              left={x(bar.key) ?? 0}
              width={x.bandwidth()}
              y={y}
              floor={inner.height}
              dim={active != null && active !== at}
            />
          ))}
          {target !== undefined && <Across at={y(target)} width={inner.width} dashed />}
          {bars.map((bar, at) => (
            <rect
              key={bar.key}
              x={(x(bar.key) ?? 0) - (x.step() - x.bandwidth()) / 2}
              width={x.step()}
              height={inner.height}
              className="fill-transparent"
              onPointerEnter={() => onHover(at)}
            />
          ))}
          <Axes {...{ x, y, bars, ticks, tick, width: inner.width, height: inner.height }} />
        </Group>
      </svg>
      {shown && (
        <Tip
          bar={shown}
          nothing={tooltip}
          left={MARGIN.left + (x(shown.key) ?? 0) + x.bandwidth() / 2}
          top={MARGIN.top + y(total(shown))}
        />
      )}
    </>
  );
}

interface AxesProps extends Pick<DrawingProps, 'bars' | 'tick' | 'width' | 'height'> {
  x: ReturnType<typeof scaleBand<string>>;
  y: ReturnType<typeof scaleLinear<number>>;
  ticks: number[];
}

function Axes({ x, y, bars, ticks, tick, width, height }: AxesProps) {
  // So many that their words do not touch.
  const every = Math.max(1, Math.ceil((bars.length * 44) / Math.max(1, width)));
  return (
    <>
      <AxisLeft
        scale={y}
        tickValues={ticks}
        hideTicks
        hideAxisLine
        tickFormat={(value) => tick(Number(value))}
        tickLabelProps={{ className: 'tabular fill-ink-3 text-xs', dx: -1, dy: 4, textAnchor: 'end' }}
      />
      <AxisBottom
        top={height}
        scale={x}
        hideTicks
        axisLineClassName="stroke-line"
        tickValues={bars.filter((_, at) => at % every === 0).map((bar) => bar.key)}
        tickFormat={(key) => bars.find((bar) => bar.key === key)?.label ?? ''}
        tickLabelProps={{ className: 'tabular fill-ink-3 text-xs', textAnchor: 'middle', dy: 2 }}
      />
    </>
  );
}

/** A line from side to side; dashed, it is more than a help to read the bars by. */
function Across({ at, width, dashed }: { at: number; width: number; dashed?: boolean }) {
  return (
    <line
      x1={0}
      x2={width}
      y1={at}
      y2={at}
      strokeDasharray={dashed ? '4 3' : undefined}
      className={dashed ? 'stroke-ink-3' : 'stroke-line'}
    />
  );
}

interface ColumnProps {
  bar: Bar;
  left: number;
  width: number;
  y: (value: number) => number;
  floor: number;
  dim: boolean;
}

function Column({ bar, left, width, y, floor, dim }: ColumnProps) {
  if (bar.parts === null) {
    // A dashed stub: there is nothing to say, which a bar of height 0 would not show.
    return (
      <rect
        x={left}
        y={floor - 10}
        width={width}
        height={10}
        rx={Math.min(3, width / 4)}
        strokeDasharray={width < 8 ? '2 2' : '3 3'}
        className="fill-none stroke-control"
      />
    );
  }
  let below = 0;
  const last = bar.parts.findLastIndex((part) => part.value > 0);
  return (
    <g className={cn('transition-opacity duration-100', dim && 'opacity-45')}>
      {bar.parts.map((part, at) => {
        const from = below;
        below += part.value;
        const tall = y(from) - y(below);
        if (tall <= 0) return null;
        return (
          <BarRounded
            key={part.name}
            x={left}
            y={y(below)}
            width={width}
            height={Math.max(1, tall - (at < last ? 1 : 0))}
            radius={Math.min(3, width / 2, tall)}
            top={at === last}
            className={FILLS[part.tone]}
          />
        );
      })}
      {/* 0 of something is a line at the bottom, unlike nothing at all. */}
      {bar.parts.length > 0 && total(bar) === 0 && (
        <rect
          x={left}
          y={floor - 2}
          width={width}
          height={2}
          className={FILLS[bar.parts[0]?.tone ?? 'neutral']}
        />
      )}
    </g>
  );
}

interface TipProps {
  bar: Bar;
  nothing: string;
  left: number;
  top: number;
}

function Tip({ bar, nothing, left, top }: TipProps) {
  return (
    <TooltipWithBounds
      unstyled
      applyPositionStyle
      left={left}
      top={top}
      className="pointer-events-none z-10 rounded-sm border border-line bg-surface px-3 py-2 text-sm whitespace-nowrap text-ink shadow-float"
    >
      <p className="font-semibold">{bar.title}</p>
      {(bar.parts === null ? [nothing] : bar.lines).map((line) => (
        <p key={line} className="tabular text-ink-2">
          {line}
        </p>
      ))}
    </TooltipWithBounds>
  );
}

function DataTable({ label, bars, nothing }: Pick<Props, 'label' | 'bars' | 'nothing'>) {
  return (
    <details className="mt-2 text-sm">
      <summary className="w-fit cursor-pointer rounded-sm py-1 text-ink-3 hover:text-ink">
        Show as a table
      </summary>
      <table className="mt-1 w-full text-left">
        <caption className="sr-only">{label}</caption>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.key} className="border-t border-line">
              <th scope="row" className="py-1.5 pr-4 font-medium">
                {bar.title}
              </th>
              <td className="py-1.5 text-ink-2">{bar.parts === null ? nothing : bar.lines.join(' · ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function said(bar: Bar, nothing: string): string {
  return `${bar.title}: ${bar.parts === null ? nothing : bar.lines.join(', ')}`;
}

function total(bar: Bar): number {
  return bar.parts?.reduce((sum, part) => sum + part.value, 0) ?? 0;
}

/** Half a call is no tick. */
function whole(ticks: number[], max: number | undefined): number[] {
  return max === undefined ? ticks.filter(Number.isInteger) : ticks;
}

function moved(key: string, active: number | null, length: number): number | null | undefined {
  if (length === 0) return undefined;
  switch (key) {
    case 'ArrowRight':
      return Math.min(length - 1, (active ?? -1) + 1);
    case 'ArrowLeft':
      return Math.max(0, (active ?? length) - 1);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}
