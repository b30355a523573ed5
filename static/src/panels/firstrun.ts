/**
 * The first run: one suggestion after another, each a sentence of the narrator with one button. Nothing waits for them:
 * one that is not taken goes away by itself, and comes again on another visit. This browser remembers what was done.
 */
import { effect, signal } from "@preact/signals";
import { percent } from "../format.ts";
import { choose } from "../form/setting.ts";
import { t } from "../language.ts";
import { isSame } from "../path.ts";
import type { Situation, Topic } from "../sentences.ts";
import { keep, recall } from "../storage.ts";
import {
  epoch,
  experiment,
  frame,
  give,
  headEpoch,
  isGalleryOpen,
  onCommand,
  scene,
  undoable,
  type Command,
  type Experiment,
} from "../store.ts";
import { addUnits, isWide, numberOf } from "./layerlist.ts";
import { goTo } from "./scrubber.tsx";
import { shape } from "./shape.ts";

/** Something that was done on the page, and the run's experiment before and after it: a refused change is none. */
interface Deed {
  readonly op: Command["op"] | "gallery";
  readonly before: Experiment;
  readonly after: Experiment;
}

/** One step of the way: when it may be said, the sentence, its button, what that does, and what counts as done. */
interface Suggestion {
  readonly name: string;
  readonly when: (now: Situation, topic: Topic) => boolean;
  readonly say: (now: Situation) => string;
  readonly button: () => string;
  readonly act: () => void;
  readonly done: (deed: Deed) => boolean;
}

const EARLY_EPOCH = 20;
/** A suggestion that is not taken for so long has been heard. */
const PATIENCE_MS = 60_000;
const RING_MS = 5000;
const KEY = "first-run";

const SUGGESTIONS: readonly Suggestion[] = [
  {
    name: "remove",
    when: (now, topic) => topic === "learned" && now.task === "classification" && lastHidden() !== undefined,
    say: (now) => {
      const values = { test: percent(now.testAccuracy), layer: lastHidden()?.name ?? "" };
      return now.isImages
        ? t("Learned: {test} of unseen images are right. Now try removing a neuron from {layer}.", values)
        : t("Learned: {test} of unseen points are right. Now try removing a neuron from {layer}.", values);
    },
    button: () => t("Remove a neuron"),
    act: () => addUnits(lastHidden()?.place ?? -1, -1),
    done: ({ op, before, after }) =>
      op === "change" && isSame(before.data, after.data) && neurons(after) < neurons(before),
  },
  {
    name: "undo",
    when: (now) => undoable.value !== "" && now.task === "classification" && isShown(lessened),
    say: (now) => {
      const values = { test: percent(now.testAccuracy) };
      return now.isImages
        ? t("One neuron fewer: now {test} of unseen images are right. Undo takes that back, as Ctrl+Z does.", values)
        : t("One neuron fewer: now {test} of unseen points are right. Undo takes that back, as Ctrl+Z does.", values);
    },
    button: () => t("Undo"),
    act: () => give({ op: "undo" }),
    done: ({ op, after }) => op === "undo" || !isSame(after, lessened),
  },
  {
    name: "back",
    when: () => epoch.value > EARLY_EPOCH,
    say: () => t("Time goes back, too: the bar at the bottom is the whole run. See how little it knew at epoch 20."),
    button: () => t("Back to epoch 20"),
    act: () => goTo(EARLY_EPOCH),
    done: ({ op }) => op === "seek" && epoch.value < headEpoch.value,
  },
  {
    name: "data",
    when: (now) => now.task === "classification",
    say: () => t("At epoch 20 it was still guessing. Now give the same network something else to learn: XOR."),
    button: () => t("Pick XOR"),
    act: () => {
      choose("data", "xor");
      give({ op: "play" });
    },
    done: ({ before, after }) => before.data.kind !== after.data.kind,
  },
  {
    name: "gallery",
    when: (_, topic) => topic === "learned" || topic === "idle",
    say: () =>
      t("Everything you see can be changed so. The gallery has more to begin with: what works, and what does not."),
    button: () => t("Open the gallery"),
    act: () => (isGalleryOpen.value = true),
    done: ({ op }) => op === "gallery",
  },
];

/** The experiment that is one neuron less than it was, until it becomes another. */
let lessened: Experiment | null = null;

const done = signal<readonly string[]>((recall(KEY) ?? "").split(",").filter(Boolean));
/** Those that nobody has taken in this visit. */
const passed = signal<readonly string[]>([]);
let offered = "";
/** A step was taken in this visit: the next one then comes before what is wrong. */
export const isUnderWay = signal(false);

/** The next suggestion, where it may be said now. */
export function suggestionFor(now: Situation, topic: Topic): Suggestion | null {
  const next = SUGGESTIONS.find(({ name }) => !done.value.includes(name));
  return next && !passed.value.includes(next.name) && next.when(now, topic) ? next : null;
}

/** It is on the page now: for a while, and the first one with a soft ring around the button that it speaks of. */
export function offer({ name }: Suggestion): void {
  if (name === offered) return;
  offered = name;
  setTimeout(() => (passed.value = [...passed.value, name]), PATIENCE_MS);
  if (name === SUGGESTIONS[0]?.name) ring(document.querySelector(`#set-units-${lastHidden()?.place}`));
}

function ring(field: Element | null): void {
  const button = field?.closest(".stepper")?.querySelector("button");
  button?.classList.add("suggested");
  setTimeout(() => button?.classList.remove("suggested"), RING_MS);
}

/** Show the first steps again. */
export function beginAnew(): void {
  [done.value, passed.value, offered] = [[], [], ""];
  keep(KEY, "");
}

function note(deed: Deed): void {
  const next = SUGGESTIONS.find(({ name }) => !done.value.includes(name));
  if (!next?.done(deed)) return;
  lessened = next.name === "remove" && neurons(deed.after) === neurons(deed.before) - 1 ? deed.after : null;
  done.value = [...done.value, next.name];
  isUnderWay.value = true;
  keep(KEY, done.value.join(","));
}

let now = experiment.peek();
let asked: Command["op"] = "change";

onCommand(({ op }) => {
  asked = op;
  note({ op, before: now, after: now });
});

effect(() => {
  if (!scene.value) return;
  const before = now;
  now = scene.value.experiment;
  note({ op: asked === "undo" || asked === "redo" ? asked : "change", before, after: now });
});

effect(() => {
  if (isGalleryOpen.value) note({ op: "gallery", before: now, after: now });
});

/** The last hidden layer that has neurons to spare. */
function lastHidden(): { readonly place: number; readonly name: string } | undefined {
  const { layers } = (scene.value?.experiment ?? experiment.value).network;
  const place = layers.findLastIndex((layer) => isWide(layer.kind) && (numberOf(layer, "units") ?? 0) > 1);
  return place < 0 ? undefined : { place, name: shape.value.names[place] ?? "" };
}

/** Whether this is the experiment, and the numbers on the page are its own already. */
function isShown(wanted: Experiment | null): boolean {
  return (
    isSame(experiment.value, wanted) &&
    isSame(scene.value?.experiment, wanted) &&
    frame.value?.scene === scene.value?.scene
  );
}

function neurons({ network }: Experiment): number {
  return network.layers.reduce((sum, layer) => sum + (numberOf(layer, "units") ?? 0), 0);
}
