/** What a change of the experiment is called: "learning rate 0.03 → 0.01". */
import { schemaAt } from "../form/schema.ts";
import { inLanguage, number } from "../format.ts";
import { inline, t } from "../language.ts";
import { isSame, valueAt } from "../path.ts";
import { catalogue, type WeightChange } from "../store.ts";

/** The settings at these places, as they were and as they are; "" where nothing is another. */
export function changeText(paths: readonly string[], before: unknown, after: unknown): string {
  const texts = paths.map((path) => settingText(path, before, after));
  return texts.filter(Boolean).join(", ");
}

/** "bias of Hidden 1.3 0.52 → 0". */
export function weightText({ name, before, after }: WeightChange): string {
  return `${name} ${number(before)} → ${number(after)}`;
}

function settingText(path: string, before: unknown, after: unknown): string {
  const [old, fresh] = [valueAt(before, path), valueAt(after, path)];
  const [from, to] = [brief(old), brief(fresh)];
  if (path === "data.points" && old !== fresh) return t("other {name}", { name: nameOf(path, after) });
  if (Array.isArray(old) && from === to && !isSame(old, fresh)) return t("other {name}", { name: nameOf(path, after) });
  return from && to && from !== to ? `${nameOf(path, after)} ${from} → ${to}` : "";
}

/** As the form calls it. */
function nameOf(path: string, experiment: unknown): string {
  const title = schemaAt(catalogue.schema, experiment, path)?.title ?? path.slice(path.lastIndexOf(".") + 1);
  const name = inline(t(title));
  return path.startsWith("seeds.") ? t("seed of {name}", { name }) : name;
}

/** A list by its length, a part by its kind. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return String(value.length);
  if (value !== null && typeof value === "object")
    return t(words(valueAt(value, "kind") ?? valueAt(value, "name") ?? ""));
  if (typeof value === "number") return inLanguage(String(value));
  return value === undefined ? "" : t(words(value));
}

function words(value: unknown): string {
  return String(value).replaceAll("_", " ");
}
