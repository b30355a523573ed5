/** How the page writes what it shows: values of settings and of measures, and what a run is called. */
import { inLanguage, loss, number, percent, share } from "../format.ts";
import { inline, t } from "../language.ts";
import { catalogue } from "../store.ts";
import { titleOf } from "./knobs.ts";
import type { Cell, Measure, Value } from "./server.ts";
import { isShare, knobAt, measured, plan, study } from "./study.ts";

export const MEASURE_NAMES: Readonly<Record<Measure, string>> = {
  test_accuracy: t("Test accuracy"),
  test_loss: t("Test loss"),
  train_accuracy: t("Train accuracy"),
  train_loss: t("Train loss"),
};

/** "98.7%", or "0.034". */
export function resultText(value: number): string {
  return isShare(measured.value) ? percent(value) : loss(value);
}

/** The same where there is little room. */
export function shortResult(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return isShare(measured.value) ? inLanguage((100 * value).toFixed(value > 0.9995 ? 0 : 1)) : number(value, 2);
}

/** What says what it is about without the name of its family. */
const CLEAR = /^(data|network|optimizer)\b|^\w+$/;

/** What a setting is called: "Learning rate", but "Regularization: rate". */
export function settingName(path: string): string {
  const knob = knobAt(path);
  if (!knob) return path;
  return CLEAR.test(path) ? knob.title : `${knob.group}: ${inline(knob.title)}`;
}

export function valueText(path: string, value: Value): string {
  const knob = knobAt(path);
  if (typeof value === "string") return knob ? titleOf(catalogue.schema, knob, value) : value;
  return knob?.schema.unit === "%" ? share(value) : number(value);
}

/** What sets a run apart: "Learning rate 0.03, Batch size 16", or "Run 5". */
export function nameOf(cell: number): string {
  const { over } = study.value.sweep;
  if (over.kind === "seeds") return t("Run {number}", { number: cell + 1 });
  const [x, y] = valuesOf(cell);
  const { setting: across } = over.x;
  const { setting: up } = over.y;
  return `${settingName(across)} ${valueText(across, x)}, ${inline(settingName(up))} ${valueText(up, y)}`;
}

function valuesOf(cell: number): [Value, Value] {
  const { x, y } = plan.value ?? { x: [], y: [] };
  return [x[cell % x.length] ?? "", y[Math.floor(cell / x.length)] ?? ""];
}

/** "98.7%", "diverged at epoch 12". */
export function endOf(cell: Cell, value: number): string {
  if (cell.status !== "diverged") return resultText(value);
  return t("diverged at epoch {epoch}", { epoch: number(cell.epochs.at(-1) ?? 0) });
}
