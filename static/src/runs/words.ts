/** Runs in words: what they are called, how far they are, what was changed, and in what they differ. */
import { memberOf, schemaAt } from "../form/schema.ts";
import { count, inLanguage, loss, number, percent } from "../format.ts";
import { inline, language, t } from "../language.ts";
import { isDrawnKind, marksOf } from "../panels/drawing/mark.ts";
import { isSame, valueAt } from "../path.ts";
import { catalogue } from "../store.ts";
import type { Difference, KeptRun, RunChange } from "./server.ts";

/** The name it was given, else its experiment's, if that is known. */
export function nameOfRun({ name, title }: KeptRun): string {
  return name || t(title) || t("A run of another version");
}

/** All that one may search for. */
export function wordsOf({ name, title, summary }: KeptRun): string {
  return [name, title, t(title), summary, t(summary)].join(" ").toLowerCase();
}

export function stateOf({ status, epoch }: KeptRun): string {
  const at = { epoch: count(epoch) };
  switch (status) {
    case "playing":
      return t("Training, epoch {epoch}", at);
    case "finished":
      return t("Finished at epoch {epoch}", at);
    case "diverged":
      return t("Diverged at epoch {epoch}", at);
    default:
      return t("Paused at epoch {epoch}", at);
  }
}

/** "train loss 0.310, test loss 0.345, test accuracy 91%". */
export function resultOf({ metrics }: KeptRun): string {
  const { train_loss, test_loss, test_accuracy, train_accuracy } = metrics;
  const parts = [];
  if (train_loss !== undefined) parts.push(t("train loss {loss}", { loss: loss(train_loss) }));
  if (test_loss !== undefined) parts.push(t("test loss {loss}", { loss: loss(test_loss) }));
  if (test_accuracy !== undefined) parts.push(t("test accuracy {share}", { share: percent(test_accuracy, 0) }));
  else if (train_accuracy !== undefined) parts.push(t("train accuracy {share}", { share: percent(train_accuracy, 0) }));
  return parts.join(", ");
}

const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const PARTS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** "5 minutes ago", for a time in seconds since 1970. */
export function ago(at: number, now = Date.now() / 1000): string {
  const part = PARTS.find(([, seconds]) => now - at >= seconds);
  return part ? relative.format(-Math.floor((now - at) / part[1]), part[0]) : relative.format(0, "minute");
}

export function timeOf(at: number): string {
  return new Date(at * 1000).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
}

// --- changes ---------------------------------------------------------------------------------------------------

/** "learning rate 0.03 → 0.1, hidden 1: units 8 → 5". */
export function changeText(change: RunChange, experiment: unknown): string {
  switch (change.op) {
    case "change":
      return (change.settings ?? []).map((each) => settingText(each, experiment)).join(", ");
    case "edit":
      return weightText(change);
    case "reset": {
      const settings = (change.settings ?? []).map((each) => settingText(each, experiment));
      return settings.length
        ? t("Began again with {changes}", { changes: settings.join(", ") })
        : t("Began again from the same initial weights");
    }
    case "seek":
      return t("Went from epoch {source} to epoch {epoch}", epochsOf(change));
    default:
      return t("Took a change back: from epoch {source} to epoch {epoch}", epochsOf(change));
  }
}

function epochsOf({ source, epoch }: RunChange): { source: string; epoch: string } {
  return { source: count(Math.floor(source ?? 0)), epoch: count(Math.floor(epoch)) };
}

function settingText({ field, before, after }: Difference, experiment: unknown): string {
  const name = inline(settingName(field, experiment));
  const [from, to] = [before, after].map((value) => brief(value, field, experiment));
  return from === to ? t("other {name}", { name }) : `${name} ${from} → ${to}`;
}

function weightText({ layer, unit, input, before, after }: RunChange): string {
  const place = { layer: count((layer ?? 0) + 1), unit: count((unit ?? 0) + 1), input: count((input ?? 0) + 1) };
  const name =
    input === null
      ? t("Bias of layer {layer}, unit {unit}", place)
      : t("Weight of layer {layer}, unit {unit}, from input {input}", place);
  return `${name}: ${number(before ?? undefined)} → ${number(after ?? undefined)}`;
}

// --- settings --------------------------------------------------------------------------------------------------

/** As the form calls it: "Learning rate", "Hidden 1: units". */
export function settingName(field: string, experiment: unknown): string {
  const own = t(schemaAt(catalogue.schema, experiment, field)?.title ?? field.slice(field.lastIndexOf(".") + 1));
  const layer = /^network\.layers\.(\d+)/.exec(field)?.[1];
  if (layer !== undefined) {
    const place = t("Hidden {number}", { number: count(Number(layer) + 1) });
    return /\.\d+$/.test(field) ? place : `${place}: ${inline(own)}`;
  }
  return field.startsWith("seeds.") ? t("seed of {name}", { name: inline(own) }) : own;
}

/** A list and drawn points by their number, a part by what its kind is called. */
export function brief(value: unknown, field: string, experiment: unknown): string {
  const data = String(valueAt(experiment, "data.kind"));
  if (field === "data.points" && isDrawnKind(data)) return count(marksOf(data, String(value)).length);
  if (Array.isArray(value)) return count(value.length);
  if (value !== null && typeof value === "object") {
    const [kind, node] = [valueAt(value, "kind"), schemaAt(catalogue.schema, experiment, field)];
    return t((node && memberOf(catalogue.schema, node, kind)?.schema.title) ?? words(kind ?? ""));
  }
  if (typeof value === "number") return inLanguage(String(value));
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  return value === undefined || value === null ? "–" : t(words(value));
}

function words(value: unknown): string {
  return String(value).replaceAll("_", " ");
}

/** A setting in which some of several experiments differ, with its value in each. */
export interface Contrast {
  readonly field: string;
  readonly values: readonly unknown[];
}

/** In what experiments differ. A part of another kind, or a list of another length, is one difference. */
export function contrasts(parts: readonly unknown[], field = ""): Contrast[] {
  const [first] = parts;
  if (parts.every((part) => isSame(part, first))) return [];
  if (!parts.every((part) => isLike(part, first))) return [{ field, values: parts }];
  const keys = [...new Set(parts.flatMap((part) => Object.keys(part as object)))];
  return keys.flatMap((key) => {
    const below = field ? `${field}.${key}` : key;
    return contrasts(
      parts.map((part) => valueAt(part, key)),
      below,
    );
  });
}

/** Whether two parts have the same settings, so that these can be told apart one by one. */
function isLike(part: unknown, other: unknown): boolean {
  if (part === null || other === null || typeof part !== "object" || typeof other !== "object") return false;
  if (Array.isArray(part) || Array.isArray(other))
    return Array.isArray(part) && Array.isArray(other) && part.length === other.length;
  return valueAt(part, "kind") === valueAt(other, "kind");
}
