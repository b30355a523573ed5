/** Tables that somebody brought, as the server keeps them. */
import { signal } from "@preact/signals";
import { answer, carrying, json, Refused } from "../../server.ts";

const ADDRESS = "/api/tables";

/** What is known of a column: its categories and how many rows have each, or how its numbers lie. */
export interface Column {
  readonly name: string;
  readonly is_numeric: boolean;
  readonly values: readonly string[];
  readonly missing: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly mean: number | null;
  readonly may_be_categories: boolean;
  readonly counts: readonly number[];
  /** How many different values it has. */
  readonly distinct: number;
}

export interface Suggestion {
  readonly kind: "table_classes" | "table_values";
  readonly target: string;
}

export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly is_mine: boolean;
  readonly is_shared: boolean;
  /** How many of one's own train on it, or have. */
  readonly runs: number;
}

export interface Table extends Entry {
  readonly columns: readonly Column[];
  readonly suggested: Suggestion | null;
}

/** One's own tables; how many there are with the images, and what all of it takes of what it may. */
export interface Shelf {
  readonly tables: readonly Entry[];
  readonly kept: number;
  readonly bytes: number;
  readonly held_bytes: number;
  readonly most_bytes: number;
  readonly most_tables: number;
}

/** By their ids; null is a table that one may not see. */
const known = signal<Readonly<Record<string, Table | null>>>({});
const asked = new Set<string>();

/** One's own tables; null before they are known. */
export const shelf = signal<Shelf | null>(null);

/** The table of that id; undefined before it is known, null where one may not see it. */
export function tableOf(id: string): Table | null | undefined {
  if (!asked.has(id)) void fetchTable(id);
  return known.value[id];
}

/** What is known of it by now. */
export function knownTable(id: string): Table | null | undefined {
  return known.peek()[id];
}

export async function fetchTable(id: string): Promise<void> {
  asked.add(id);
  try {
    note(await json<Table>(`${ADDRESS}/${id}`));
  } catch (error) {
    if (error instanceof Refused && error.isAway) asked.delete(id);
    else known.value = { ...known.value, [id]: null };
  }
}

export function note(table: Table): void {
  asked.add(table.id);
  known.value = { ...known.value, [table.id]: table };
}

export async function fetchShelf(): Promise<void> {
  shelf.value = await json<Shelf>(ADDRESS);
}

/** What one may set of a table, or of images. */
export interface Marks {
  readonly name?: string;
  readonly is_shared?: boolean;
}

export async function mark(id: string, marks: Marks): Promise<Entry> {
  const table = await json<Table>(`${ADDRESS}/${id}`, carrying(marks, "PATCH"));
  note(table);
  await fetchShelf();
  return table;
}

export async function remove(id: string): Promise<void> {
  await answer(`${ADDRESS}/${id}`, { method: "DELETE" });
  await fetchShelf();
}

/** Where it can be saved as CSV. */
export function fileOf(id: string): string {
  return `${ADDRESS}/${id}/file`;
}
