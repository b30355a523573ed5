/** Weights, gradients and units, one card for each layer that has weights. */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { drawRatio, drawShares } from "../draw/gauge.ts";
import { drawHistogram, drawTrace } from "../draw/histogram.ts";
import * as format from "../format.ts";
import { plural, t } from "../language.ts";
import { curveTick, frame, scene, type Frame } from "../store.ts";
import type { LayerHealth } from "../wire.ts";
import { useGlance, useView, type Rhythm } from "./inspector/glance.ts";
import { roughPercent } from "./inspector/measures.ts";
import { isWide } from "./layerlist.ts";
import { Picture } from "./picture.tsx";
import { shape } from "./shape.ts";

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
    <div class="cards" tabIndex={0} role="group" aria-label={t("One card for each layer")}>
      {layers.map(
        (layer, i) =>
          layer.parameters > 0 && (
            <Card
              key={i}
              index={i}
              name={shape.value.names[i] ?? ""}
              weights={layer.parameters - layer.units}
              hasWeights={isWide(layer.kind) || i === layers.length - 1}
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
  /** Else gains. */
  readonly hasWeights: boolean;
  readonly units: number;
  readonly health: ReadonlySignal<Frame | null>;
}

/** A layer's last column of parameters, its biases or shifts, is left out. */
function Card({ index, name, weights, hasWeights, units, health }: CardProps) {
  const now = health.value?.health?.[index];
  return (
    <article class="card">
      <p>
        <b>{name}</b>{" "}
        <span>
          {hasWeights
            ? plural(weights, "{count} weight", "{count} weights")
            : plural(weights, "{count} gain", "{count} gains")}
        </span>
      </p>
      <Picture
        label={
          hasWeights
            ? t("Histogram of the weights of {layer}", { layer: name })
            : t("Histogram of the gains of {layer}", { layer: name })
        }
        draw={(pen, colors) => {
          traceTick.value;
          const now = frame.peek();
          const counts = now?.arrays[`weight_histogram/${index}`]?.data;
          const reach = now?.statistics?.[index]?.weight_max;
          if (counts && reach !== undefined) drawHistogram(pen, counts, format.number(reach, 2), colors);
        }}
      />
      <p>
        <span>{t("Gradient size")}</span>{" "}
        <b>
          <GradientSize index={index} />
        </b>
      </p>
      <Picture
        class="trace"
        label={t("Gradient size of {layer} over time, log scale", { layer: name })}
        draw={(pen, colors) => {
          traceTick.value;
          drawTrace(pen, traces.sizes[index] ?? [], FEWEST_IN_TRACE, colors);
        }}
      />
      <p class="measure" title={t("Dead units have slope 0 for every training sample: no gradient will move them")}>
        <span>{t("Units")}</span>
        <Picture
          class="gauge"
          draw={(pen, colors) => {
            const now = health.value?.health?.[index];
            if (now) drawShares(pen, now.dead_units / units, now.saturated_share, colors);
          }}
        />
        <b class={(now?.dead_units ?? 0) > 0 ? "warning" : ""}>{unitsText(now, units)}</b>
      </p>
      <p class="measure" title={t("The size of the last update beside that of the weights; about 0.1% is healthy")}>
        <span>{t("Last update")}</span>
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
  const dead = now.dead_units > 0 ? t("{dead} of {count} dead", { dead: now.dead_units, count: units }) : "";
  const saturated =
    now.saturated_share >= 0.005 ? t("{share} saturated", { share: format.percent(now.saturated_share, 0) }) : "";
  return [dead, saturated].filter(Boolean).join(", ") || t("all active");
}

/** How far the last update moved the weights, beside their size. */
function updateText(now: LayerHealth | undefined): string {
  if (!now) return "–";
  if (now.update_ratio === 0) return t("none");
  return now.update_ratio < SMALLEST_UPDATE ? t("almost none") : roughPercent(now.update_ratio);
}
