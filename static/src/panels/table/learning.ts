/** What is to be learned of a table: its columns made into the data of an experiment. */
import { fieldsOf, defaultOf, memberOf, schemaAt } from "../../form/schema.ts";
import { set } from "../../form/setting.ts";
import { valueAt } from "../../path.ts";
import { catalogue, experiment, give, type Experiment } from "../../store.ts";
import type { Column, Table } from "./tables.ts";

export type Kind = "table_classes" | "table_values" | "unlabelled_table";

/** What a document says of a column. */
export interface Named {
  readonly name: string;
  readonly values: readonly string[];
}

/** What goes along where the target or the inputs become others. */
const KEPT = ["test_fraction", "scaling", "missing", "samples", "plane"];

/** What an experiment on a table has beyond what all data have. */
export interface TableData {
  readonly kind: Kind;
  readonly table: string;
  readonly called: string;
  readonly columns: readonly Named[];
  readonly target?: Named;
  readonly label?: Named | null;
}

export function dataNow(): TableData {
  return experiment.value.data as unknown as TableData;
}

export function isTable(): boolean {
  return "table" in experiment.value.data;
}

/** The columns as one can choose among them: those of the table, or where it is not known those in use. */
export function columnsNow(table: Table | null | undefined): readonly Named[] {
  const { columns, target, label } = dataNow();
  return table?.columns ?? [...columns, ...(target ? [target] : []), ...(label ? [label] : [])];
}

export function canBeTold(column: Named): boolean {
  return isNumeric(column) || isCategory(column);
}

export function isNumeric({ values }: Named): boolean {
  return values.length === 0;
}

/** Whether a network can tell which of its values a row has. */
export function isCategory({ values }: Named): boolean {
  return values.length >= 2 && values.length <= catalogue.limits.classes;
}

/** What tells this column from the others; without one the rows are compressed. */
export function kindFor(target: Named | undefined): Kind {
  if (!target) return "unlabelled_table";
  return target.values.length ? "table_classes" : "table_values";
}

/** How many inputs a column becomes: each category is one of its own. */
export function widthOf({ values }: Named): number {
  return values.length || 1;
}

/** Learn of the table that is in use another target, undefined is none, or from other inputs. */
export function learn(columns: readonly Named[], target: Named | undefined): void {
  const data = experiment.value.data;
  ask(documentOf(dataNow(), columns, target, Object.fromEntries(KEPT.map((name) => [name, valueAt(data, name)]))));
}

/** Begin with another table. */
export function begin(
  table: Pick<Table, "id" | "name" | "rows">,
  columns: readonly Named[],
  target: Named | undefined,
  missing: "drop" | "fill",
): void {
  ask(documentOf({ table: table.id, called: table.name }, columns, target, { missing, samples: table.rows }));
}

/** A network that compresses is another than one that tells: where it becomes the other, it is that of a preset. */
function ask(data: { readonly kind: Kind }): void {
  const { output, loss, ...rest } = experiment.value;
  if (isCode(data.kind) === isCode(rest.data.kind)) return set("data", data);
  const preset = Object.values(catalogue.presets).find((preset) => preset.data.kind === data.kind);
  const { network } = preset ?? rest;
  give({ op: "change", paths: ["data"], experiment: { ...rest, network, data } as unknown as Experiment });
}

function isCode(kind: string): boolean {
  const root = catalogue.schema;
  return memberOf(root, schemaAt(root, experiment.value, "data") ?? {}, kind)?.schema.task === "autoencoder";
}

function documentOf(
  { table, called }: Pick<TableData, "table" | "called">,
  columns: readonly Named[],
  target: Named | undefined,
  kept: Readonly<Record<string, unknown>>,
): { readonly kind: Kind } {
  const kind = kindFor(target);
  const root = catalogue.schema;
  const member = memberOf(root, schemaAt(root, experiment.value, "data") ?? {}, kind);
  const own = member ? (defaultOf(root, member.schema) as object) : {};
  const names = member ? fieldsOf(root, member.schema, {}).map(([name]) => name) : [];
  const inputs = columns.filter(({ name }) => name !== target?.name).map(named);
  const document = { ...own, ...kept, kind, table, called, columns: inputs };
  const label = (columns.length > 1 && columns.map(named).find(isCategory)) || null;
  const isLabelled = names.includes("label");
  return withSides({
    ...document,
    ...(target ? { target: named(target) } : {}),
    ...(isLabelled ? { label, columns: inputs.filter(({ name }) => name !== label?.name) } : {}),
  });
}

/** A slice runs along inputs that there are. */
function withSides<T extends { readonly columns: readonly Named[]; readonly plane?: unknown }>(document: T): T {
  const numbers = document.columns.filter(({ values }) => !values.length).map(({ name }) => name);
  const side = (path: string) => {
    const name = String(valueAt(document.plane, path) ?? "");
    return numbers.includes(name) ? name : "";
  };
  if (valueAt(document.plane, "kind") !== "slice") return document;
  return { ...document, plane: { kind: "slice", across: side("across"), up: side("up") } };
}

export function named({ name, values }: Named): Named {
  return { name, values };
}

/** How many of the rows have no cell missing in these columns cannot be told from counts alone: at least this many miss one. */
export function missingIn(columns: readonly Column[], names: readonly string[]): number {
  return Math.max(0, ...columns.filter(({ name }) => names.includes(name)).map(({ missing }) => missing));
}
