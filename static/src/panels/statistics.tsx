/** Weights, gradients and units, one card for each layer that has weights. */
import type { ReadonlySignal } from "@preact/signals";
import * as format from "../format.ts";
import { plural, t } from "../language.ts";
import { curveTick, frame, isEarlier, scene, step, type Frame } from "../store.ts";
import type { LayerHealth } from "../wire.ts";
import { TableButton } from "./datatable.tsx";
import { useGlance, useView, type Rhythm } from "./inspector/glance.ts";
import { NORMS_RHYTHM, traceOf, type Norm } from "./inspector/traces.ts";
import { isWide } from "./layerlist.ts";
import { Ratio, Shares } from "./gauge.tsx";
import { shape } from "./shape.ts";
import { Histogram, Tracing } from "./tracing.tsx";

const FEWEST_IN_TRACE = 30;
const SMALLEST_UPDATE = 1e-6;
const HEALTH_RHYTHM: Rhythm = { playing: 1000, resting: 0 };

export function Statistics() {
  const layers = scene.value?.layers ?? [];
  const health = useGlance("health", HEALTH_RHYTHM);
  const norms = useGlance("norms", NORMS_RHYTHM);
  useView("statistics");
  return (
    <div
      class="cards"
      style={{ "--cards": layers.filter(({ parameters }) => parameters > 0).length }}
      tabIndex={0}
      role="group"
      aria-label={t("One card for each layer")}
    >
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
              norms={norms}
            />
          ),
      )}
      <TableButton
        title={t("Weights and gradients by layer")}
        table={async () => (await import("./inspector/layertables.ts")).normsTable(health.value?.health)}
      />
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
  readonly norms: ReadonlySignal<Frame | null>;
}

/** A layer's last column of parameters, its biases or shifts, is left out. */
function Card({ index, name, weights, hasWeights, units, health, norms }: CardProps) {
  const now = health.value?.health?.[index];
  return (
    <article class="card">
      <p>
        <b>{name}</b>{" "}
        <TableButton
          words={
            hasWeights
              ? plural(weights, "{count} weight", "{count} weights")
              : plural(weights, "{count} gain", "{count} gains")
          }
          title={
            hasWeights
              ? plural(weights, "{count} weight of {layer}", "{count} weights of {layer}", { layer: name })
              : plural(weights, "{count} gain of {layer}", "{count} gains of {layer}", { layer: name })
          }
          table={async () => (await import("./inspector/layertables.ts")).weightsTable(index)}
        />
      </p>
      <Spread
        index={index}
        label={
          hasWeights
            ? t("Histogram of the weights of {layer}", { layer: name })
            : t("Histogram of the gains of {layer}", { layer: name })
        }
      />
      <div class="norms">
        <Trace
          index={index}
          norm="gradients"
          seen={norms}
          name={t("Gradient")}
          label={t("Size of the gradient of {layer} over time, log scale", { layer: name })}
        />
        <Trace
          index={index}
          norm="weights"
          seen={norms}
          name={t("Weights")}
          label={t("Size of the weights of {layer} over time, log scale", { layer: name })}
        />
      </div>
      <p
        class="measure"
        title={`${unitsText(now, units)}\n${t("Dead units have slope 0 for every training sample: no gradient will move them")}`}
      >
        <span>{t("Units")}</span>
        <Shares dead={(now?.dead_units ?? 0) / units} saturated={now?.saturated_share ?? 0} />
        <b class={(now?.dead_units ?? 0) > 0 ? "warning" : ""}>{unitsText(now, units)}</b>
      </p>
      <p class="measure" title={t("The size of the last update beside that of the weights; about 0.1% is healthy")}>
        <span>{t("Last update")}</span>
        <Ratio ratio={now?.update_ratio ?? 0} />
        <b>{updateText(now)}</b>
      </p>
    </article>
  );
}

/** How its weights, or gains, are spread. */
function Spread({ index, label }: { index: number; label: string }) {
  curveTick.value;
  const now = frame.peek();
  const counts = now?.arrays[`weight_histogram/${index}`]?.data ?? [];
  const reach = now?.statistics?.[index]?.weight_max;
  return <Histogram counts={counts} reach={reach === undefined ? "" : format.number(reach, 2)} label={label} />;
}

interface TraceProps {
  readonly index: number;
  readonly norm: Norm;
  readonly seen: ReadonlySignal<Frame | null>;
  readonly name: string;
  readonly label: string;
}

/** How large the gradient or the weights of a layer are, and were. */
function Trace({ index, norm, seen, name, label }: TraceProps) {
  return (
    <>
      <p>
        <span>{name}</span> <SizeNow index={index} norm={norm} />
      </p>
      <Tracing
        trace={traceOf(seen.value, index, norm)}
        fewest={FEWEST_IN_TRACE}
        at={isEarlier.value ? step.value : undefined}
        label={label}
      />
    </>
  );
}

function SizeNow({ index, norm }: Pick<TraceProps, "index" | "norm">) {
  curveTick.value;
  const now = frame.peek()?.statistics?.[index];
  return <b>{format.number((norm === "weights" ? now?.weight_norm : now?.gradient_norm) || undefined, 2)}</b>;
}

/** "2 of 8 dead", "12% saturated", "all active". */
function unitsText(now: LayerHealth | undefined, units: number): string {
  if (!now) return "–";
  const dead = now.dead_units > 0 ? t("{dead} of {count} dead", { dead: now.dead_units, count: units }) : "";
  const saturated =
    now.saturated_share >= now.dead_units / units + 0.005
      ? t("{share} saturated", { share: format.percent(now.saturated_share, 0) })
      : "";
  return [dead, saturated].filter(Boolean).join(", ") || t("all active");
}

/** How far the last update moved the weights, beside their size. */
function updateText(now: LayerHealth | undefined): string {
  if (!now) return "–";
  if (now.update_ratio === 0) return t("none");
  return now.update_ratio < SMALLEST_UPDATE ? t("almost none") : format.share(now.update_ratio);
}
