/** Single keys. They rest while something is typed or a control that uses them has the focus. */
import {
  give,
  hasSingleKeys,
  headEpoch,
  isAskingToRestart,
  isGalleryOpen,
  isKeyListOpen,
  isSetupOpen,
  tab,
  type StepUnit,
  type Tab,
} from "./store.ts";
import { hides, hidesSetup } from "./hide.ts";
import { switchTheme } from "./panels/theme.tsx";
import { newWeights } from "./panels/again.tsx";
import { nextMistake, nextPoint } from "./panels/points.tsx";
import { goTo } from "./panels/scrubber.tsx";
import { playOrPause, SPEEDS, step, stepBack } from "./panels/transport.tsx";
import { turnOf } from "./panels/takeback.ts";
import { turn } from "./panels/undo.tsx";

const PLACES: Readonly<Record<string, { readonly tab: Tab; readonly selector: string }>> = {
  d: { tab: "setup", selector: "#setup" },
  n: { tab: "network", selector: "#network" },
  r: { tab: "result", selector: "#result" },
  i: { tab: "inspect", selector: "#inspect" },
};

let lastStep: StepUnit = "epoch";
let isGoing = false;
/** What rests where the address leaves the transport out. */
const OF_TRANSPORT = /^([ sben.,\d]|home|end)$/;

const ACTIONS: Readonly<Record<string, () => unknown>> = {
  " ": playOrPause,
  s: () => stepBy("sample"),
  b: () => stepBy("batch"),
  e: () => stepBy("epoch"),
  ".": () => step(lastStep),
  ",": () => stepBack(lastStep),
  home: () => goTo(0),
  end: () => goTo(headEpoch.value),
  n: startAgain,
  t: switchTheme,
  w: () => void import("./summary.ts").then(({ tellWhere }) => tellWhere()),
  l: () => focusOn("setup", "#set-optimizer-learning_rate", "#set-optimizer"),
  o: () => focusOn("setup", "#set-optimizer"),
  a: () => focusOn("network", ".layer select, .layer [aria-expanded]"),
  m: () => hides("result") || nextMistake(),
  p: () => hides("result") || nextPoint(),
  g: () => (isGoing = true),
  "?": () => (isKeyListOpen.value = true),
};

/** So many epochs are worth a question. */
const LONG_EPOCHS = 300;
const TEXT_FIELD = "textarea, input:not([type=range], [type=checkbox], [type=radio])";

/** Listen for single keys, and for those of undo and redo. */
export function listenForKeys(): void {
  addEventListener("keydown", undoOrRedo);
  addEventListener("keydown", (event) => {
    if (
      !hasSingleKeys.value ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      isTaken(event)
    )
      return;
    const key = event.key.toLowerCase();
    const place = isGoing ? PLACES[key] : undefined;
    const isToGallery = isGoing && key === "g" && !hidesSetup;
    const speed = SPEEDS[Number(key) - 1];
    isGoing = false;
    if (place) focusOn(place.tab, place.selector);
    else if (isToGallery) isGalleryOpen.value = true;
    else if (hides("transport") && OF_TRANSPORT.test(key)) return;
    else if (key !== " " && speed && /^\d$/.test(key))
      give({ op: "speed", unit: speed.unit, per_second: speed.per_second });
    else if (ACTIONS[key]) ACTIONS[key]();
    else return;
    event.preventDefault();
  });
}

/** A text that is being written has an undo of its own. */
function undoOrRedo(event: KeyboardEvent): void {
  const { target } = event;
  const way = turnOf(event);
  if (!way || event.defaultPrevented) return;
  if (target instanceof HTMLElement && target.matches(TEXT_FIELD) && (target as HTMLInputElement).value) return;
  event.preventDefault();
  turn(way);
}

/** Whether the focused control needs this key itself. */
function isTaken(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (!(target instanceof HTMLElement) || target.closest("dialog")) return target instanceof HTMLElement;
  if (target instanceof HTMLInputElement && target.type === "range") return ["Home", "End"].includes(key);
  if (target instanceof HTMLInputElement) return !["checkbox", "radio"].includes(target.type) || key === " ";
  if (target instanceof HTMLSelectElement) return true;
  return key === " " && target instanceof HTMLButtonElement;
}

/** New weights; a run that took long is not thrown away without a question. */
function startAgain(): void {
  if (headEpoch.value > LONG_EPOCHS) isAskingToRestart.value = true;
  else newWeights();
}

function stepBy(unit: StepUnit): void {
  lastStep = unit;
  step(unit);
}

/** The last of the selectors is there whatever the experiment. */
function focusOn(name: Tab, ...selectors: readonly string[]): void {
  tab.value = name;
  if (name === "setup") isSetupOpen.value = true;
  requestAnimationFrame(() => {
    const found = selectors.map((selector) => document.querySelector<HTMLElement>(selector));
    found.find((element) => element !== null)?.focus();
  });
}
