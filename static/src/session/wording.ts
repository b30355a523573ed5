/** What a change of the experiment is called: "learning rate 0.03 → 0.01". */
import { valueAt } from "../path.ts";

/** The settings at these places, as they were and as they are; "" where nothing is another. */
export function changeText(paths: readonly string[], before: unknown, after: unknown): string {
  const texts = paths.map((path) => settingText(path, before, after));
  return texts.filter(Boolean).join(", ");
}

function settingText(path: string, before: unknown, after: unknown): string {
  const [from, to] = [brief(valueAt(before, path)), brief(valueAt(after, path))];
  return from && to && from !== to ? `${nameOf(path)} ${from} → ${to}` : "";
}

function nameOf(path: string): string {
  const name = path.slice(path.lastIndexOf(".") + 1).replaceAll("_", " ");
  return path.startsWith("seeds.") ? `seed of ${name}` : name;
}

/** A list by its length, a part by its kind. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return String(value.length);
  if (value !== null && typeof value === "object") return String(valueAt(value, "kind") ?? "").replaceAll("_", " ");
  return value === undefined ? "" : String(value);
}
