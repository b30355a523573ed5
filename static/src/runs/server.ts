/** What is asked of the server about the runs that it keeps for this guest. */
import type { Experiment } from "../experiment.d.ts";
import { answer, carrying, json } from "../server.ts";

export interface KeptRun {
  readonly id: string;
  readonly name: string;
  /** What the experiment is called, in English. */
  readonly title: string;
  readonly summary: string;
  readonly status: "playing" | "paused" | "diverged" | "finished";
  readonly step: number;
  readonly epoch: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly experiment: Experiment;
  readonly is_pinned: boolean;
  readonly is_shared: boolean;
  /** The run that it was forked from. */
  readonly origin: string | null;
  readonly watchers: number;
  /** Seconds since 1970. */
  readonly made_at: number;
  readonly touched_at: number;
  /** When the thumbnail was drawn; null while there is none. */
  readonly portrayed_at: number | null;
  /** Why it cannot be opened, in English: it has no title then, and an experiment that is not its own. */
  readonly problem: string;
}

export interface Shelf {
  readonly runs: readonly KeptRun[];
  readonly total: number;
  /** How many there may be; 0 is any number. */
  readonly most: number;
}

/** Lists of numbers by the name of their column; NaN where there is none. */
export type Columns = Readonly<Record<string, readonly number[]>>;

export interface Difference {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface RunChange {
  readonly op: "change" | "edit" | "reset" | "seek" | "take_back";
  readonly step: number;
  readonly epoch: number;
  readonly at: number;
  readonly settings: readonly Difference[] | null;
  readonly source: number | null;
  readonly layer: number | null;
  readonly unit: number | null;
  readonly input: number | null;
  readonly before: number | null;
  readonly after: number | null;
}

const PAGE = 100;

export async function shelf(): Promise<Shelf> {
  let found = await page(0);
  while (found.runs.length < found.total) {
    const next = await page(found.runs.length);
    if (!next.runs.length) break;
    found = { ...next, runs: [...found.runs, ...next.runs] };
  }
  return found;
}

function page(offset: number): Promise<Shelf> {
  return json(`/api/runs?limit=${PAGE}&offset=${offset}`);
}

export function mark(id: string, what: { name?: string; is_pinned?: boolean }): Promise<KeptRun> {
  return json(`/api/runs/${id}`, carrying(what, "PATCH"));
}

export async function remove(id: string): Promise<void> {
  await answer(`/api/runs/${id}`, { method: "DELETE" });
}

/** How much of what one has: runs, tables and sets of images. */
export interface Amounts {
  readonly runs: number;
  readonly tables: number;
  readonly images: number;
}

/** Tells how much it was. */
export function removeAll({ keepTables, keepImages }: Kept): Promise<Amounts> {
  return json(`/api/runs?keep_tables=${keepTables}&keep_images=${keepImages}`, { method: "DELETE" });
}

export interface Kept {
  readonly keepTables: boolean;
  readonly keepImages: boolean;
}

/** What one has brought, by name. */
export interface Brought {
  readonly tables: readonly string[];
  readonly images: readonly string[];
}

export async function brought(): Promise<Brought> {
  const [{ tables }, { images }] = await Promise.all([
    json<{ tables: { name: string }[] }>("/api/tables"),
    json<{ images: { name: string }[] }>("/api/images"),
  ]);
  return { tables: tables.map(({ name }) => name), images: images.map(({ name }) => name) };
}

export function fork(id: string): Promise<{ readonly id: string }> {
  return json(`/api/runs/${id}/fork`, { method: "POST" });
}

export function bring(file: Blob): Promise<{ readonly id: string }> {
  const headers = { "content-type": "application/octet-stream" };
  return json("/api/runs/file", { method: "POST", headers, body: file });
}

export async function fileOf(id: string): Promise<Blob> {
  return (await answer(`/api/runs/${id}/file`)).blob();
}

export async function curveOf(id: string): Promise<Columns> {
  const { columns, rows } = await json<{ columns: string[]; rows: (number | null)[][] }>(`/api/runs/${id}/curve`);
  return Object.fromEntries(columns.map((name, i) => [name, rows.map((row) => row[i] ?? NaN)]));
}

export function changesOf(id: string): Promise<readonly RunChange[]> {
  return json(`/api/runs/${id}/changes`);
}

/** Where the picture of a run is; another address for another picture. */
export function thumbnailOf({ id, portrayed_at }: KeptRun): string {
  return `/api/runs/${id}/thumbnail.png?at=${portrayed_at}`;
}
