/** Small charts of one layer, as SVG: each canvas on a page costs the browser time in every frame, changed or not. */
import { barsOf, lineOf, type Trace } from "../draw/trace.ts";

interface TracingProps {
  readonly trace: Trace;
  /** The line goes over at least so much of the way. */
  readonly fewest: number;
  /** Where on it one is. */
  readonly at?: number | undefined;
  /** What it shows; left out when a neighbour says it. */
  readonly label?: string;
}

/** How a number went, on a log scale. */
export function Tracing({ trace, fewest, at, label }: TracingProps) {
  const { path, x } = lineOf(trace, fewest);
  return (
    <svg class="trace" viewBox="0 0 100 100" preserveAspectRatio="none" {...words(label)}>
      {path && <path d={path} />}
      {path && at !== undefined && <path class="now" d={`M${x(at)} 0v100`} />}
    </svg>
  );
}

interface HistogramProps {
  readonly counts: ArrayLike<number>;
  /** From minus this to this they are counted, in words. */
  readonly reach: string;
  readonly label: string;
}

/** How numbers are spread around 0: negative ones orange and positive ones blue. */
export function Histogram({ counts, reach, label }: HistogramProps) {
  const [negative, positive] = barsOf(counts);
  return (
    <div class="histogram" {...words(label)}>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path class="negative" d={negative} />
        <path class="positive" d={positive} />
        <path class="axis" d="M50 0v100" />
      </svg>
      {reach && (
        <p aria-hidden="true">
          <i>−{reach}</i>
          <i>0</i>
          <i>{reach}</i>
        </p>
      )}
    </div>
  );
}

function words(label: string | undefined) {
  return label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true as const };
}
