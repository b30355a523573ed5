/** Images that somebody brought, as the server keeps them, and what is to be learned of them. */
import { signal } from "@preact/signals";
import { defaultOf, memberOf, schemaAt } from "../../form/schema.ts";
import { set } from "../../form/setting.ts";
import { answer, carrying, json } from "../../server.ts";
import { catalogue, experiment } from "../../store.ts";
import { send, type Way } from "../table/sending.ts";
import type { Marks } from "../table/tables.ts";

const ADDRESS = "/api/images";
const KIND = "own_images";
const TYPE = "application/zip";
/** What goes along where the images become others. */
const KEPT = ["test_fraction", "scaling"];

export type Invert = "auto" | "yes" | "no";

/** How the images are to be read. */
export interface How {
  readonly side: number;
  readonly invert: Invert;
}

/** Images as the server reads them: of each class some, as rows of pixels from 0 to 255. */
export interface Preview {
  readonly side: number;
  readonly is_inverted: boolean;
  readonly classes: readonly {
    readonly name: string;
    readonly count: number;
    readonly samples: readonly number[][][];
  }[];
  readonly left_out: readonly { readonly name: string; readonly message: string }[];
  readonly left_out_count: number;
}

export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly is_shared: boolean;
  /** How many of one's own train on it, or have. */
  readonly runs: number;
  readonly side: number;
  readonly labels: readonly string[];
  readonly counts: readonly number[];
}

/** One's own sets of images; how many there are with the tables, and what all of it takes of what it may. */
export interface Shelf {
  readonly images: readonly Entry[];
  /** How large a ZIP of images may be. */
  readonly most_sent_bytes: number;
  readonly kept: number;
  readonly most_tables: number;
  readonly bytes: number;
  readonly held_bytes: number;
  readonly most_bytes: number;
}

/** null before they are known. */
export const shelf = signal<Shelf | null>(null);

/** What an experiment on one's own images has beyond what all data have. */
export interface ImageData {
  readonly images: string;
  readonly called: string;
  readonly side: number;
  readonly labels: readonly string[];
}

export function dataNow(): ImageData {
  return experiment.value.data as unknown as ImageData;
}

export function isOwnImages(): boolean {
  return experiment.value.data.kind === KIND;
}

export function preview(archive: Blob, how: How, way: Way): Promise<Preview> {
  return send<Preview>(`${ADDRESS}/preview?${queryOf(how).toString()}`, archive, TYPE, way);
}

export function keep(archive: Blob, how: How, name: string, way: Way): Promise<Entry> {
  const query = queryOf(how);
  query.set("name", name);
  return send<Entry>(`${ADDRESS}?${query.toString()}`, archive, TYPE, way);
}

function queryOf({ side, invert }: How): URLSearchParams {
  return new URLSearchParams({ side: String(side), invert });
}

export async function fetchShelf(): Promise<void> {
  shelf.value = await json<Shelf>(ADDRESS);
}

export async function mark(id: string, marks: Marks): Promise<Entry> {
  const images = await json<Entry>(`${ADDRESS}/${id}`, carrying(marks, "PATCH"));
  await fetchShelf();
  return images;
}

export async function remove(id: string): Promise<void> {
  await answer(`${ADDRESS}/${id}`, { method: "DELETE" });
  await fetchShelf();
}

/** Learn of these from now on. */
export function begin({ id, name, side, labels, counts }: Entry): void {
  const root = catalogue.schema;
  const member = memberOf(root, schemaAt(root, experiment.value, "data") ?? {}, KIND);
  const own = member ? (defaultOf(root, member.schema) as object) : {};
  const now = isOwnImages() ? Object.entries(experiment.value.data).filter(([field]) => KEPT.includes(field)) : [];
  const named = { kind: KIND, images: id, called: name, side, labels, samples: totalOf(counts) };
  set("data", { ...own, ...Object.fromEntries(now), ...named });
}

export function totalOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
