/** My runs as signals, and what can be done with them. Cards and dialogs read these; only this file asks the server. */
import { computed, signal } from "@preact/signals";
import { saveFile } from "../saving/saving.ts";
import { Refused } from "../server.ts";
import { plural, t } from "../language.ts";
import * as server from "./server.ts";
import { nameOfRun, wordsOf } from "./words.ts";
import type { Columns, KeptRun, RunChange } from "./server.ts";

export const MOST_COMPARED = 4;
const POLL_MS = 3000;
const RETRY_MS = 5000;
/** So long it may take until a run that has changed is drawn. */
const PORTRAIT_SECONDS = 15;

export const runs = signal<readonly KeptRun[]>([]);
/** How many runs there may be; 0 is any number. */
export const most = signal(0);
/** Nothing is known yet, all is as it stands here, or the server is away. */
export const standing = signal<"loading" | "ready" | "away">("loading");
/** What went wrong last, for a notice; "" is nothing. */
export const problem = signal("");
export const announcement = signal("");
export const search = signal("");
/** The runs that are ticked, to be compared. */
export const ticked = signal<readonly string[]>([]);
/** The runs that are compared, as the address has them. */
export const compared = signal<readonly string[]>(idsIn(location.hash));
export const curves = signal<Readonly<Record<string, Columns>>>({});
export const changes = signal<Readonly<Record<string, readonly RunChange[]>>>({});

/** One's tables and images; null before they are known. */
export const brought = signal<server.Brought | null>(null);

/** How far each run was when its curve was fetched. */
const fetched = new Map<string, string>();

export const found = computed(() => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.value.filter((run) => words.every((word) => wordsOf(run).includes(word)));
});

export const runsCompared = computed(() =>
  compared.value.flatMap((id) => runs.value.find((run) => run.id === id && !run.problem) ?? []),
);

export function runOf(id: string | null): KeptRun | undefined {
  return runs.value.find((run) => run.id === id);
}

// --- looking ---------------------------------------------------------------------------------------------------

let timer: ReturnType<typeof setTimeout> | undefined;

/** Look what there is; look again soon where something trains, as long as somebody sees it. */
export async function look(): Promise<void> {
  clearTimeout(timer);
  try {
    take(await server.shelf());
    if (standing.value === "away") problem.value = "";
    standing.value = "ready";
  } catch (error) {
    if (standing.value === "loading" || isAway(error)) standing.value = "away";
    problem.value = reasonOf(error);
  }
  const wait = standing.value === "away" ? RETRY_MS : runs.value.some(isLively) ? POLL_MS : 0;
  if (wait && !document.hidden) timer = setTimeout(() => void look(), wait);
}

/** Whether it soon looks otherwise: it trains, or its picture is still to be drawn. */
function isLively({ status, touched_at, portrayed_at }: KeptRun): boolean {
  const isNew = Date.now() / 1000 - touched_at < PORTRAIT_SECONDS;
  return status === "playing" || (isNew && (portrayed_at ?? 0) < touched_at);
}

function take(shelf: server.Shelf): void {
  runs.value = shelf.runs;
  most.value = shelf.most;
  const there = new Set(shelf.runs.map(({ id }) => id));
  ticked.value = ticked.value.filter((id) => there.has(id));
}

/** Fetch the curve of a run, unless it is as long as it was. */
export async function lookAtCurve({ id, step, touched_at }: KeptRun): Promise<void> {
  const state = `${step} ${touched_at}`;
  if (fetched.get(id) === state) return;
  fetched.set(id, state);
  try {
    const curve = await server.curveOf(id);
    curves.value = { ...curves.value, [id]: curve };
  } catch {
    fetched.delete(id); // the next look tries again
  }
}

export async function lookAtChanges(id: string): Promise<void> {
  await attempt(async () => {
    const known = await server.changesOf(id);
    changes.value = { ...changes.value, [id]: known };
  });
}

/** Look what would go along where everything goes. */
export async function lookAtBrought(): Promise<void> {
  brought.value = null;
  await attempt(async () => {
    brought.value = await server.brought();
  });
}

// --- acting ----------------------------------------------------------------------------------------------------

export async function rename(run: KeptRun, name: string): Promise<string> {
  try {
    replace(await server.mark(run.id, { name }));
    announcement.value = t("Renamed.");
    return "";
  } catch (error) {
    return reasonOf(error);
  }
}

export async function pin(run: KeptRun, is_pinned: boolean): Promise<void> {
  await attempt(async () => {
    replace(await server.mark(run.id, { is_pinned }));
    announcement.value = is_pinned ? t("Pinned: it is kept for as long as you like.") : t("Not pinned any more.");
  });
}

export async function fork(run: KeptRun): Promise<void> {
  await attempt(async () => {
    location.href = addressOf((await server.fork(run.id)).id);
  });
}

export async function remove(run: KeptRun): Promise<void> {
  await attempt(async () => {
    await server.remove(run.id);
    runs.value = runs.value.filter(({ id }) => id !== run.id);
    ticked.value = ticked.value.filter((id) => id !== run.id);
    announcement.value = t("{name} is deleted.", { name: nameOfRun(run) });
  });
}

export async function removeAll(kept: server.Kept): Promise<void> {
  await attempt(async () => {
    const gone = await server.removeAll(kept);
    take({ runs: [], total: 0, most: most.value });
    announcement.value = t("Deleted: {what}.", { what: amountsOf(gone) });
  });
}

/** "1 run, 5 tables". */
export function amountsOf({ runs, tables, images }: server.Amounts): string {
  const parts = [
    runs && plural(runs, "1 run", "{count} runs"),
    tables && plural(tables, "1 table", "{count} tables"),
    images && plural(images, "1 set of images", "{count} sets of images"),
  ];
  return parts.filter(Boolean).join(", ");
}

export async function bring(file: File): Promise<void> {
  await attempt(async () => {
    await server.bring(file);
    await look();
    announcement.value = t("The run in {file} is here.", { file: file.name });
  });
}

export async function save(run: KeptRun): Promise<void> {
  await attempt(async () => saveFile(await server.fileOf(run.id), `${fileNameOf(run)}.run`));
}

export function tick(id: string, isTicked: boolean): void {
  const others = ticked.value.filter((other) => other !== id);
  ticked.value = isTicked ? [...others, id] : others;
  announcement.value = plural(ticked.value.length, "One run is chosen.", "{count} runs are chosen.");
}

/** Where a run is opened. */
export function addressOf(id: string): string {
  return `/#run=${id}`;
}

/** Where runs are compared. */
export function comparisonOf(ids: readonly string[]): string {
  return `#compare=${ids.join(",")}`;
}

export function idsIn(hash: string): readonly string[] {
  const ids = /^#compare=([\w,]+)$/.exec(hash)?.[1]?.split(",") ?? [];
  return [...new Set(ids)].slice(0, MOST_COMPARED);
}

function fileNameOf(run: KeptRun): string {
  return nameOfRun(run).replace(/[/\\:*?"<>|]/g, "_");
}

function replace(fresh: KeptRun): void {
  runs.value = runs.value.map((run) => (run.id === fresh.id ? fresh : run));
}

/** Do it, or say why it could not be done. */
async function attempt(act: () => Promise<void>): Promise<void> {
  problem.value = "";
  try {
    await act();
  } catch (error) {
    problem.value = reasonOf(error);
  }
}

function isAway(error: unknown): boolean {
  return error instanceof Refused && error.isAway;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
