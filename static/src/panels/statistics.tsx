/** Weights, gradients and units, one card for each layer that has weights. */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { drawRatio, drawShares } from "../draw/gauge.ts";
import { drawHistogram, drawTrace } from "../draw/histogram.ts";
import * as format from "../format.ts";
import { curveTick, frame, scene, type Frame } from "../store.ts";
import type { LayerHealth } from "../wire.ts";
import { useGlance, useView, type Rhythm } from "./inspector/glance.ts";
import { isWide } from "./layerlist.ts";
import { Picture } from "./picture.tsx";

const LONGEST_TRACE = 400;
const FEWEST_IN_TRACE = 30;
const SMALLEST_UPDATE = 1e-6;
const HEALTH_RHYTHM: Rhythm = { playing: 1000, resting: 0 };

/** The gradient sizes of each layer since this generation was first watched; before an update there is none. */
const traces: { generation: number; sizes: number[][] } = { generation: -1, sizes: [] };
const traceTick = signal(0);

effect(() => {
  curveTick.value;
  const now = frame.peek();
  if (!now?.statistics) return;
  if (now.generation !== traces.generation || now.statistics.length !== traces.sizes.length) {
    traces.generation = now.generation;
    traces.sizes = now.statistics.map(() => []);
  }
  now.statistics.forEach(({ gradient_norm }, i) => {
    const sizes = traces.sizes[i];
    if (gradient_norm > 0) sizes?.push(gradient_norm);
    if (sizes && sizes.length > LONGEST_TRACE) traces.sizes[i] = sizes.filter((_, k) => k % 2 === 1);
  });
  traceTick.value = traceTick.peek() + 1;
});

export function Statistics() {
  const layers = scene.value?.layers ?? [];
  const health = useGlance("health", HEALTH_RHYTHM);
  useView("statistics");
  return (
    <div class="cards" tabIndex={0} role="group" aria-label="One card for each layer">
      {layers.map(
        (layer, i) =>
          layer.parameters > 0 && (
            <Card
              key={i}
              index={i}
              name={layer.name}
              weights={layer.parameters - layer.units}
              word={isWide(layer.kind) ? "weights" : "gains"}
              units={layer.units}
              health={health}
            />
          ),
      )}
    </div>
  );
}

interface CardProps {
  readonly index: number;
  readonly name: string;
  readonly weights: number;
  readonly word: string;
  readonly units: number;
  readonly health: ReadonlySignal<Frame | null>;
}

/** A layer's last column of parameters, its biases or shifts, is left out. */
function Card({ index, name, weights, word, units, health }: CardProps) {
  const now = health.value?.health?.[index];
  return (
    <article class="card">
      <p>
        <b>{name}</b>{" "}
        <span>
          {format.count(weights)} {word}
        </span>
      </p>
      <Picture
        label={`Histogram of the ${word} of ${name}`}
        draw={(pen, colors) => {
          traceTick.value;
          const now = frame.peek();
          const counts = now?.arrays[`weight_histogram/${index}`]?.data;
          const reach = now?.statistics?.[index]?.weight_max;
          if (counts && reach !== undefined) drawHistogram(pen, counts, format.number(reach, 2), colors);
        }}
      />
      <p>
        <span>Gradient size</span>{" "}
        <b>
          <GradientSize index={index} />
        </b>
      </p>
      <Picture
        class="trace"
        label={`Gradient size of ${name} over time, log scale`}
        draw={(pen, colors) => {
          traceTick.value;
          drawTrace(pen, traces.sizes[index] ?? [], FEWEST_IN_TRACE, colors);
        }}
      />
      <p class="measure" title="Dead units have slope 0 for every training sample: no gradient will move them">
        <span>Units</span>
        <Picture
          class="gauge"
          draw={(pen, colors) => {
            const now = health.value?.health?.[index];
            if (now) drawShares(pen, now.dead_units / units, now.saturated_share, colors);
          }}
        />
        <b class={(now?.dead_units ?? 0) > 0 ? "warning" : ""}>{unitsText(now, units)}</b>
      </p>
      <p class="measure" title="The size of the last update beside that of the weights; about 0.1% is healthy">
        <span>Last update</span>
        <Picture
          class="gauge"
          draw={(pen, colors) => {
            const now = health.value?.health?.[index];
            if (now) drawRatio(pen, now.update_ratio, colors);
          }}
        />
        <b>{updateText(now)}</b>
      </p>
    </article>
  );
}

function GradientSize({ index }: { index: number }) {
  traceTick.value;
  return <>{format.loss(frame.peek()?.statistics?.[index]?.gradient_norm || undefined)}</>;
}

/** "2 of 8 dead", "12% saturated", "all active". */
function unitsText(now: LayerHealth | undefined, units: number): string {
  if (!now) return "–";
  const dead = now.dead_units > 0 ? `${now.dead_units} of ${units} dead` : "";
  const saturated = now.saturated_share >= 0.005 ? `${format.percent(now.saturated_share, 0)} saturated` : "";
  return [dead, saturated].filter(Boolean).join(", ") || "all active";
}

/** How far the last update moved the weights, beside their size. */
function updateText(now: LayerHealth | undefined): string {
  if (!now) return "–";
  if (now.update_ratio === 0) return "none";
  return now.update_ratio < SMALLEST_UPDATE ? "almost none" : `${format.number(100 * now.update_ratio, 2)}%`;
}
