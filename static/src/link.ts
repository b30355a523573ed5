/**
 * The whole experiment in the link: `#data=circle&optimizer=sgd&network.layers=1`. Each pair is a setting that
 * differs from its default; a family stands for its kind, a list of choices for them all, another list for its length.
 */
import { t } from "./language.ts";
import { isSame, valueAt, withValue } from "./path.ts";
import { defaultOf, fieldsOf, memberOf, members, resolved, schemaAt, taskOf, type Schema } from "./form/schema.ts";
import type { Catalogue } from "./store.ts";

const LONGEST_QUOTE = 60;

type Pair = readonly [path: string, text: string];

export interface Reading {
  readonly experiment: unknown;
  /** Why the link cannot be followed, as a sentence; "" when it can. */
  readonly problem: string;
}

/** Where the learning curve of an experiment is. */
export function learningAddress(catalogue: Catalogue, experiment: unknown): string {
  return `/learning-curve#${linkOf(catalogue, experiment)}`;
}

/** The link of an experiment, without its "#"; empty for the default one. */
export function linkOf(catalogue: Catalogue, experiment: unknown): string {
  const root = catalogue.schema;
  const base = { ...withoutFilledIn(catalogue), ...filledIn(catalogue, experiment) };
  const pairs = fieldsOf(root, root, experiment).flatMap(([name, field]) =>
    differences(root, field, valueAt(base, name), valueAt(experiment, name), name),
  );
  return pairs
    .map(([path, text]) => `${path}=${encodeURIComponent(text).replace(/%2C|%3B/g, decodeURIComponent)}`)
    .join("&");
}

/** As much of what somebody wrote as a sentence bears. */
function short(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

/** The experiment that a link describes. What it leaves out is the default, or filled in by the server. */
export function readLink(catalogue: Catalogue, link: string): Reading {
  const { schema: root, default: usual } = catalogue;
  let experiment: unknown = withoutFilledIn(catalogue);
  for (const [path, text] of pairsOf(link)) {
    const node = schemaAt(root, experiment, path);
    if (!node) {
      const problem = t("The link sets “{path}”, which is not a setting of this experiment.", { path: short(path) });
      return { experiment: usual, problem };
    }
    const value = parsed(root, node, text, valueAt(experiment, path));
    if (value === undefined)
      return {
        experiment: usual,
        problem: t("The link sets “{path}” to “{value}”, which it cannot be.", {
          path: short(path),
          value: short(text),
        }),
      };
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

/** The default experiment without the parts that the server fills in to fit the data: those with no fixed default. */
function withoutFilledIn({ schema, default: usual }: Catalogue): object {
  return Object.fromEntries(Object.entries(usual).filter(([name]) => !isFilledIn(schema, name)));
}

/** What the server fills in for data like these: it has done so in every preset. */
function filledIn({ schema, default: usual, presets }: Catalogue, experiment: unknown): object {
  const task = taskOf(schema, experiment);
  const like = [usual, ...Object.values(presets)].find((preset) => isSame(taskOf(schema, preset), task));
  return Object.fromEntries(Object.entries(like ?? {}).filter(([name]) => isFilledIn(schema, name)));
}

function isFilledIn(root: Schema, name: string): boolean {
  return (root.properties?.[name]?.default ?? null) === null;
}

function differences(root: Schema, node: Schema, base: unknown, value: unknown, path: string): Pair[] {
  if (isSame(base, value)) return [];
  if (node.control === "columns") return [[path, (value as Column[]).map(columnText).join(",")]];
  if (node.control === "column" && node.type !== "string") return [[path, value ? columnText(value as Column) : ""]];
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
  const items = resolved(root, node.items ?? {});
  if (items.enum) return [[path, value.join(",")]];
  const own = value.flatMap((item, i) => differences(root, items, base[i] ?? part(root, items), item, `${path}.${i}`));
  return value.length === base.length ? own : [[path, String(value.length)], ...own];
}

/** A fresh item of a list of parts: a layer as it is before anybody sets it. */
function part(root: Schema, items: Schema): unknown {
  return defaultOf(root, members(root, items)[0]?.schema ?? items);
}

/** A column of a table, and where it is of categories their names. */
interface Column {
  readonly name: string;
  readonly values: readonly string[];
}

/** "species;setosa;virginica": the name, and of categories theirs. */
function columnText({ name, values }: Column): string {
  return [name, ...values].map((text) => text.replace(/[%,;]/g, encodeURIComponent)).join(";");
}

function columnsOf(text: string): Column[] {
  const columns = text.split(",").filter(Boolean);
  return columns.map((column) => {
    const [name = "", ...values] = column.split(";").map(decoded);
    return { name, values };
  });
}

/** The value that a text means to a setting; undefined when it means none. */
function parsed(root: Schema, node: Schema, text: string, current: unknown): unknown {
  if (node.control === "columns") return columnsOf(text);
  if (node.control === "column" && node.type !== "string") return columnsOf(text)[0] ?? null;
  if (members(root, node).length) {
    const member = memberOf(root, node, text);
    return member && defaultOf(root, member.schema);
  }
  if (node.type === "array") {
    const items = resolved(root, node.items ?? {});
    if (items.enum) return text.split(",").filter(Boolean);
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

const FOREIGN_HOST = "https://playground.tensorflow.org/";
const FOREIGN_SETTING = /(?:^|[#&?])(?:networkShape|batchSize)=/;

/** The whole link of TensorFlow Playground that a text is, or the hash of; null when it is none. The server reads those. */
export function foreignLink(text: string): string | null {
  const link = text.trim();
  if (/\s/.test(link)) return null;
  if (/^(?:https?:\/\/)?playground\.tensorflow\.org\b/.test(link)) return link.replace(/^(?!http)/, "https://");
  return FOREIGN_SETTING.test(link) ? `${FOREIGN_HOST}#${link.slice(link.indexOf("#") + 1)}` : null;
}
