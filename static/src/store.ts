/** What the page knows, as signals. Panels read them and give commands; the session fills them and carries the commands. */
import { computed, signal } from "@preact/signals";
import { t } from "./language.ts";
import { recall } from "./storage.ts";
import type { Experiment } from "./experiment.d.ts";
import type { Schema } from "./form/schema.ts";
import type { Thumbnail } from "./draw/thumbnail.ts";
import type { Change } from "./draw/change.ts";
import type { FrameMessage, SceneMessage, Speed } from "./wire.ts";

export type { Experiment, Speed };
export type Scene = SceneMessage<Experiment>;
export type Frame = FrameMessage;

/** What can be built, as the server says it: it comes with the page. */
export interface Catalogue {
  readonly schema: Schema;
  readonly presets: Readonly<Record<string, Experiment>>;
  readonly default: Experiment;
  /** What is said of a setting whose change may start the run anew. */
  readonly new_starts?: readonly { readonly path: string; readonly description: string }[];
  readonly thumbnails?: Readonly<Record<string, Thumbnail>>;
  /** How much there may be of what somebody brings. */
  readonly limits: Readonly<
    Record<"bytes" | "rows" | "columns" | "inputs" | "categories" | "classes" | "name" | "images", number>
  >;
}

export const catalogue = JSON.parse(document.getElementById("catalogue")?.textContent ?? "{}") as Catalogue;

/** The experiment as it is wanted now; the run follows within moments. */
export const experiment = signal<Experiment>(catalogue.default);

/** For each setting that could not be made so: why, in the server's words. */
export const problems = signal<Readonly<Record<string, string>>>({});

/** This tab's run, as the server names it; "" before the first. */
export const runId = signal("");

export const scene = signal<Scene | null>(null);
/** Whether samples are images. Where they are not, and there is no map, they are rows of a table. */
export const hasImages = computed(() => scene.value?.arrays["images"] !== undefined);
export const frame = signal<Frame | null>(null);

/** The loss curves of one generation: a list of numbers for each column. Grown in place; `curveTick` tells. */
export interface Curves {
  generation: number;
  columns: Record<string, number[]>;
}

export const curves: Curves = { generation: -1, columns: {} };

/** Rises at most ten times a second while training: the time for charts to draw. */
export const curveTick = signal(0);

/** The frame that words and numbers tell of: nobody reads thirty a second. */
export const toldFrame = computed(() => {
  curveTick.value;
  return frame.peek();
});

/** The settings that were changed on the way, for the timeline and the curves. */
export const changes = signal<readonly Change[]>([]);

/** What undo and redo would take back and bring again, as "learning rate 0.03 → 0.1"; "" is nothing. */
export const undoable = signal("");
export const redoable = signal("");

/** How the page stands to its run. */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "lost"; readonly retryAt: number }
  | { readonly state: "ended"; readonly reason: string };

export const connection = signal<Connection>({ state: "connecting" });

/** What is shown is no run of this page: it waits for its own. */
export const isRecording = signal(false);

/** Whether this page only watches its run, how many do, and whether the server can save it: as it was told. */
export const isReadOnly = signal(false);
export const watchers = signal(1);
export const isSaving = signal(true);

/** The code of the room that the page is in, which is in its address; "" is none. */
export const roomCode = signal(/^\/w\/(\w+)$/.exec(location.pathname)?.[1] ?? "");

/** Why steps and resets wait. */
export const NOT_CONNECTED = t("Not while the connection is lost.");

/** Something to tell above the columns that is no divergence and no lost connection; "" is nothing. */
export const notice = signal("");

/** The server has another version of the page than this one. */
export const isOutdated = signal(false);

/** Why the server makes no run just now, and when it is asked again. */
export interface Refusal {
  readonly message: string;
  /** It trains as many networks as it may. */
  readonly isFull: boolean;
  readonly retryAt: number;
  /** Ask at once. */
  readonly again: () => void;
}

export const refusal = signal<Refusal | null>(null);

/** What the page as a whole is doing, for its style: named as its root's data-state. */
export const pageState = computed(() => {
  if (refusal.value?.isFull && !scene.value) return "full";
  const { state } = connection.value;
  if (state === "lost" || state === "ended") return state === "lost" ? "disconnected" : state;
  return frame.value?.status ?? "loading";
});

/** The address of the run that this one was forked from; "" when it was not. */
export const original = signal("");

/** The epoch from which another training process goes on, since one was lost; null when none was. */
export const revivedAt = signal<number | null>(null);

/** Said to screen readers, politely. */
export const announcement = signal("");

/** Training started by itself on a first visit, and nobody has taken over yet. */
export const isAutoplay = signal(false);

/** The epoch at which such training stops. */
export const AUTOPLAY_EPOCHS = 300;

/** A moment of the run: so many updates are done, which is so many epochs. */
export interface Moment {
  readonly step: number;
  readonly epoch: number;
}

/** What an epoch that was computed may fall short of a whole one. */
const TINY = 1e-9;

export type StepUnit = "sample" | "batch" | "epoch";

/** An experiment that is wanted, and the settings in which it differs from the one before. */
export interface Wish {
  readonly experiment: Experiment;
  readonly paths: readonly string[];
}

/** What a panel may ask of the run. A fork or a reset may begin with a change. */
export type Command =
  | { readonly op: "play" }
  | { readonly op: "pause" }
  | { readonly op: "reset"; readonly change?: Wish }
  | { readonly op: "seek"; readonly moment: Moment }
  | { readonly op: "fork"; readonly change?: Wish }
  | { readonly op: "visit"; readonly id: string }
  | { readonly op: "undo" }
  | { readonly op: "redo" }
  | { readonly op: "step"; readonly unit: StepUnit; readonly count: number }
  | ({ readonly op: "speed" } & Speed)
  | ({ readonly op: "change" } & Wish)
  | Edit
  | { readonly op: "restart"; readonly experiment: Experiment };

/** A weight of a layer's unit that is set, as it was and as it is to be; `input` null is its bias. */
export interface WeightChange {
  readonly layer: number;
  readonly unit: number;
  readonly input: number | null;
  /** What it is called: "weight from x1 to Hidden 1.3". */
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** Set a weight. Whoever asks is told why it cannot be, or "". */
export interface Edit {
  readonly op: "edit";
  readonly weight: WeightChange;
  readonly answered: (problem: string) => void;
}

type Listener = (command: Command) => void;
const listeners = new Set<Listener>();

/** Ask something of the run. */
export function give(command: Command): void {
  for (const listener of listeners) listener(command);
}

/** Carry out what panels ask. */
export function onCommand(listener: Listener): void {
  listeners.add(listener);
}

/* What the person has chosen to see. */
export type Tab = "result" | "network" | "setup" | "inspect";
export const tab = signal<Tab>("result");
export const isSetupOpen = signal(false);
export const isLogScale = signal(true);
export const showsTest = signal(true);
/** Whether each place is painted as what it is taken for, however sure the network is. */
export const isDiscretised = signal(recall("answer") === "discretised");
/** Negative areas dotted and negative edges dashed, so that sign shows without colour. */
export const hasPatterns = signal(
  (recall("patterns") ?? (matchMedia("(forced-colors: active), (prefers-contrast: more)").matches ? "on" : "off")) ===
    "on",
);
export const theme = signal(document.documentElement.dataset["theme"] ?? "light");
export const isKeyListOpen = signal(false);
export const isGalleryOpen = signal(false);
export const isShareOpen = signal(false);
/** A long run is about to be begun anew. */
export const isAskingToRestart = signal(false);
export const hasSingleKeys = signal(recall("single-keys") !== "off");
/** Whether screen readers are told the narrator's sentences while it trains. */
export const isNarratorHeard = signal(recall("narrator") !== "off");

/** What is kept of a choice to be frugal or not. */
export const FRUGAL = "frugal";
const { connection: line } = navigator as Navigator & { connection?: { saveData: boolean; effectiveType: string } };
/** Whether the person has asked to be sent little. */
export const savesData = !!line && line.saveData;
/** Whether only weights are asked for, and painted from: as chosen, else where the line is said to be slow, or is. */
export const isFrugal = signal(
  recall(FRUGAL) ? recall(FRUGAL) === "on" : !!line && (savesData || line.effectiveType !== "4g"),
);

/** The sample that is looked at. Of images there always is one; a point of a plane or a curve is first to be picked. */
export const sample = signal(0);
export const isPointPicked = signal(false);

/** An image that somebody draws, which is looked at in the sample's place. */
export interface OwnImage {
  /** From 0 to 255, row by row. */
  readonly pixels: Uint8Array;
  /** What tells of it; "" as long as it is empty. */
  readonly view: string;
}

export const ownImage = signal<OwnImage | null>(null);
/** Whether its pen is down. */
export const isStroking = signal(false);
export const hasSample = computed(() => scene.value?.dimensions === 0 || isPointPicked.value);

/** The picked neuron: its layer (0 is the inputs) and its place in it. */
export interface Neuron {
  readonly layer: number;
  readonly unit: number;
}

export const neuron = signal<Neuron | null>(null);

/** Play or pause, asked for while the connection is lost: true is play, null is neither. */
export const wantsPlaying = signal<boolean | null>(null);
export const isPlaying = computed(() => wantsPlaying.value ?? frame.value?.status === "playing");
export const isDiverged = computed(() => frame.value?.status === "diverged");

/** A moment that is sought: the page shows it as the present one until the run is there. */
export const sought = signal<Moment | null>(null);

/** The moment that is shown, and the furthest that the run has come to: by updates, and by epochs. */
export const step = computed(() => sought.value?.step ?? frame.value?.step ?? 0);
export const exactEpoch = computed(() => sought.value?.epoch ?? frame.value?.exact_epoch ?? 0);
export const epoch = computed(() => Math.floor(exactEpoch.value + TINY));
export const headStep = computed(() => frame.value?.head.step ?? 0);
export const headEpoch = computed(() => frame.value?.head.epoch ?? 0);
export const isEarlier = computed(() => step.value < headStep.value && (!isDiverged.value || sought.value !== null));

/** The column of the loss curves; empty before the first point. */
export function column(name: string): readonly number[] {
  return curves.columns[name] ?? [];
}
