/**
 * The whole experiment in the link: `#data=circle&optimizer=sgd&network.layers=1`. Each pair is a setting that
 * differs from its default; a family stands for its kind, a list of parts for their number.
 */
import { isSame, valueAt, withValue } from "./path.ts";
import { defaultOf, fieldsOf, memberOf, members, resolved, schemaAt, type Schema } from "./form/schema.ts";

type Pair = readonly [path: string, text: string];

export interface Reading {
  readonly experiment: unknown;
  /** Why the link cannot be followed, as a sentence; "" when it can. */
  readonly problem: string;
}

/** The link of an experiment, without its "#"; empty for the default one. */
export function linkOf(root: Schema, usual: unknown, experiment: unknown): string {
  const isUsualData = valueAt(experiment, "data.kind") === valueAt(usual, "data.kind");
  const base = isUsualData ? usual : withoutFilledIn(root, usual);
  const pairs = fieldsOf(root, root, experiment).flatMap(([name, field]) =>
    differences(root, field, valueAt(base, name), valueAt(experiment, name), name),
  );
  return pairs.map(([path, text]) => `${path}=${encodeURIComponent(text).replaceAll("%2C", ",")}`).join("&");
}

/** The experiment that a link describes. What it leaves out is the default, or filled in by the server. */
export function readLink(root: Schema, usual: unknown, link: string): Reading {
  let experiment = withoutFilledIn(root, usual);
  for (const [path, text] of pairsOf(link)) {
    const node = schemaAt(root, experiment, path);
    if (!node)
      return { experiment: usual, problem: `The link sets “${path}”, which is not a setting of this experiment.` };
    const value = parsed(root, node, text, valueAt(experiment, path));
    if (value === undefined)
      return { experiment: usual, problem: `The link sets “${path}” to “${text}”, which it cannot be.` };
    experiment = withValue(experiment, path, value);
  }
  return { experiment, problem: "" };
}

/** The pairs of a link, families before their settings. */
function pairsOf(link: string): Pair[] {
  const pairs = link
    .split("&")
    .filter(Boolean)
    .map((part): Pair => {
      const [path = "", ...text] = part.split("=");
      return [decoded(path), decoded(text.join("="))];
    });
  return pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The experiment without the parts that the server fills in to fit the data: those that have no fixed default. */
function withoutFilledIn(root: Schema, experiment: unknown): unknown {
  const kept = Object.entries(experiment as object).filter(
    ([name]) => (root.properties?.[name]?.default ?? null) !== null,
  );
  return Object.fromEntries(kept);
}

function differences(root: Schema, node: Schema, base: unknown, value: unknown, path: string): Pair[] {
  if (isSame(base, value)) return [];
  if (Array.isArray(value)) return listDifferences(root, node, Array.isArray(base) ? base : [], value, path);
  if (value === null || typeof value !== "object") return [[path, String(value)]];
  const kind = valueAt(value, "kind");
  const member = memberOf(root, node, kind);
  const isOtherKind = member !== undefined && kind !== valueAt(base, "kind");
  const start = isOtherKind ? defaultOf(root, member.schema) : base;
  const own = fieldsOf(root, node, value).flatMap(([name, field]) =>
    differences(root, field, valueAt(start, name), valueAt(value, name), `${path}.${name}`),
  );
  return isOtherKind ? [[path, String(kind)], ...own] : own;
}

function listDifferences(root: Schema, node: Schema, base: unknown[], value: unknown[], path: string): Pair[] {
  if (!node.items || value.every((item) => typeof item !== "object")) return [[path, value.join(",")]];
  const items = resolved(root, node.items);
  const own = value.flatMap((item, i) => differences(root, items, base[i] ?? part(root, items), item, `${path}.${i}`));
  return value.length === base.length ? own : [[path, String(value.length)], ...own];
}

/** A fresh item of a list of parts: a layer as it is before anybody sets it. */
function part(root: Schema, items: Schema): unknown {
  return defaultOf(root, members(root, items)[0]?.schema ?? items);
}

/** The value that a text means to a setting; undefined when it means none. */
function parsed(root: Schema, node: Schema, text: string, current: unknown): unknown {
  if (members(root, node).length) {
    const member = memberOf(root, node, text);
    return member && defaultOf(root, member.schema);
  }
  if (node.type === "array") {
    const items = resolved(root, node.items ?? {});
    if (items.type === "string") return text.split(",").filter(Boolean);
    return isLength(text, node.maxItems) ? resized(root, items, current, Number(text)) : undefined;
  }
  if (node.type === "number" || node.type === "integer")
    return text.trim() && isFinite(Number(text)) ? Number(text) : undefined;
  if (node.type === "boolean") return text === "true";
  return node.properties ? undefined : text;
}

function isLength(text: string, maximum = 100): boolean {
  return /^\d+$/.test(text) && Number(text) <= maximum;
}

function resized(root: Schema, items: Schema, current: unknown, length: number): unknown[] {
  const list = Array.isArray(current) ? (current as unknown[]) : [];
  return Array.from({ length }, (_, i) => list[i] ?? part(root, items));
}
