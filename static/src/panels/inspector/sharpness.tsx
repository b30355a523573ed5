/** The edge of stability: the largest curvature of the loss beside 2 / η, above which plain steps overshoot. */
import { drawSharpness, type Line } from "../../draw/sharpness.ts";
import type { Inks } from "../../draw/color.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { column, curveTick, experiment, frame, scene, type Frame } from "../../store.ts";
import { TableButton, type DataTable } from "../datatable.tsx";
import { Picture } from "../picture.tsx";
import { useView } from "./glance.ts";

const VIEW = "sharpness";
/** As near to the bound is at the edge. */
const NEAR = 0.15;

/** What is known of each moment that was measured: numbers for each, in the order of their steps. */
interface Measured {
  readonly steps: readonly number[];
  readonly largest: readonly number[];
  readonly bound: readonly number[];
}

function measuredIn(seen: Frame | null): Measured {
  const numbers = (name: string) => Array.from(seen?.arrays[`${VIEW}/${name}`]?.data ?? []);
  return { steps: numbers("steps"), largest: numbers("largest"), bound: numbers("bound") };
}

export function Sharpness() {
  useView(VIEW);
  curveTick.value;
  const now = frame.peek();
  const measured = measuredIn(now);
  return (
    <div class="edge">
      <Picture
        label={t("Sharpness and its bound over updates, log scale, and below them the loss")}
        describedBy="edge-said"
        draw={(pen, inks) => {
          curveTick.value;
          drawSharpness(pen, linesOf(measuredIn(frame.peek()), inks), [lossLine(inks)], inks);
        }}
      />
      <div class="edge-side">
        <p id="edge-said" role="status">
          <b>{verdict(measured)}</b>
        </p>
        <p class="quiet">{boundOf()}</p>
        <TableButton title={t("Sharpness by updates")} table={() => tableOf(measuredIn(frame.peek()))} />
      </div>
    </div>
  );
}

function linesOf({ steps, largest, bound }: Measured, { ink, accent }: Inks): Line[] {
  return [
    { name: "2/η", color: accent, dash: [5, 3], steps, values: bound },
    { name: "λmax", color: ink, dash: [], steps, values: largest },
  ];
}

function lossLine({ soft }: Inks): Line {
  return { name: t("loss"), color: soft, dash: [], steps: column("step"), values: column("train_loss") };
}

/** Where the run is by the last moment that was measured. */
function verdict({ largest, bound }: Measured): string {
  const [now, edge] = [largest.at(-1), bound.at(-1)];
  if (now === undefined || !Number.isFinite(now)) return t("The sharpness is measured.");
  const sharpness = format.number(now, 3);
  if (edge === undefined || !Number.isFinite(edge)) return t("λmax is {sharpness}.", { sharpness });
  const values = { sharpness, edge: format.number(edge, 3) };
  if (now < edge * (1 - NEAR)) return t("λmax is {sharpness}, below 2/η = {edge}.", values);
  if (now > edge * (1 + NEAR)) return t("λmax is {sharpness}, above 2/η = {edge}.", values);
  return t("λmax is {sharpness}, at the edge: 2/η = {edge}.", values);
}

/** What the bound says of a run like this one. */
function boundOf(): string {
  const { optimizer, batch_size } = experiment.value;
  const isPlain =
    optimizer.kind === "batch_gradient_descent" ||
    (optimizer.kind === "sgd" && (batch_size ?? 0) >= (scene.value?.train_samples ?? Infinity));
  if (isPlain)
    return t(
      "λmax is the largest curvature of the loss. Above 2/η a step along it overshoots, so that λmax rises to 2/η and stays about there.",
    );
  return t(
    "2/η is the bound of plain gradient descent over all samples: with momentum, batches or Adam the edge lies elsewhere.",
  );
}

function tableOf({ steps, largest, bound }: Measured): DataTable {
  return {
    columns: [t("updates"), "λmax", "2/η"],
    rows: steps.map((step, i) => [step, largest[i] ?? NaN, bound[i] ?? NaN]),
  };
}
