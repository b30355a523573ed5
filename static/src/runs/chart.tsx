/** Charts of kept runs: one run's losses, and a measure of several runs on one chart. */
import { useEffect, useRef } from "preact/hooks";
import { drawCurves, type Curve } from "../draw/curves.ts";
import type { Inks } from "../draw/color.ts";
import { colorOf, LOOKS, type Look } from "../draw/looks.ts";
import type { Pen } from "../draw/pen.ts";
import { loss, percent } from "../format.ts";
import { t } from "../language.ts";
import { Picture } from "../panels/picture.tsx";
import { curves, lookAtCurve } from "./shelf.ts";
import type { Columns, KeptRun } from "./server.ts";

export const MEASURES = ["test_loss", "train_loss", "test_accuracy", "train_accuracy"] as const;
export type Measure = (typeof MEASURES)[number];

const PLAIN = { isSmooth: false, trouble: "", changes: [], rate: null, cursor: -1 } as const;
const TEST_DASH = [5, 3];

/** The losses of one run. It is fetched when somebody comes to see it. */
export function LossCurve({ run, label }: { run: KeptRun; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const come = ([entry]: IntersectionObserverEntry[]) => entry?.isIntersecting && void lookAtCurve(run);
    const observer = new IntersectionObserver(come, { rootMargin: "300px" });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [run.id, run.step, run.touched_at]);
  return (
    <div ref={place} class="run-curve">
      <Picture label={label} draw={(pen, inks) => drawLosses(pen, inks, curves.value[run.id])} />
    </div>
  );
}

function drawLosses(pen: Pen, inks: Inks, columns: Columns | undefined): void {
  const epochs = columns?.["epoch"] ?? [];
  if (!columns || !epochs.length) return;
  const series: Curve[] = [
    { name: t("train"), values: columns["train_loss"] ?? [], color: inks.ink, dash: [], text: loss },
    { name: t("test"), values: columns["test_loss"] ?? [], color: inks.soft, dash: TEST_DASH, text: loss },
  ];
  const known = series.filter(({ values }) => values.some(Number.isFinite));
  if (known.length) drawCurves(pen, epochs, known, { ...wholeOf(epochs), isLog: true, isShare: false }, inks);
}

/** A kept run is shown from end to end. */
function wholeOf(epochs: readonly number[]) {
  const lastEpoch = Math.max(1, epochs.at(-1) ?? 0);
  return { ...PLAIN, lastEpoch, shown: lastEpoch };
}

/** One measure of all these runs. */
export function Overlay({ runs, measure, label }: { runs: readonly KeptRun[]; measure: Measure; label: string }) {
  useEffect(() => runs.forEach((run) => void lookAtCurve(run)), [runs]);
  return (
    <div class="overlay">
      <Picture key={measure} label={label} draw={(pen, inks) => drawOverlay(pen, inks, runs, measure)} />
    </div>
  );
}

function drawOverlay(pen: Pen, inks: Inks, runs: readonly KeptRun[], measure: Measure): void {
  const known = runs.map(({ id }) => curves.value[id]);
  const epochs = [...new Set(known.flatMap((columns) => columns?.["epoch"] ?? []))].sort((a, b) => a - b);
  const isShare = measure.endsWith("accuracy");
  const series = known.map((columns, i): Curve => {
    const { letter, dash } = LOOKS[i] as Look;
    const values = spread(epochs, columns, measure);
    const text = isShare ? (value: number) => percent(value, 0) : loss;
    return { name: letter, values, color: colorOf(i), dash, text };
  });
  const drawn = series.filter(({ values }) => values.some(Number.isFinite));
  if (drawn.length) drawCurves(pen, epochs, drawn, { ...wholeOf(epochs), isLog: !isShare, isShare }, inks);
}

/** The values of one run at the epochs of all; NaN where it has none. */
function spread(epochs: readonly number[], columns: Columns | undefined, measure: Measure): number[] {
  const own = columns?.["epoch"] ?? [];
  const values = new Map(own.map((epoch, i) => [epoch, columns?.[measure]?.[i] ?? NaN]));
  return epochs.map((epoch) => values.get(epoch) ?? NaN);
}
