/** Single keys of the lab. They rest while something is typed, or a control that uses them has the focus. */
import { hasSingleKeys, isReadOnly } from "../store.ts";
import { change, descent, dimensions, goTo, lastStep, playOrPause, rewind, stepBy } from "./lab.ts";
import { switchTheme } from "../panels/theme.tsx";

const ACTIONS: Readonly<Record<string, () => void>> = {
  " ": playOrPause,
  ".": () => stepBy(1),
  ",": () => stepBy(-1),
  home: rewind,
  end: () => goTo(lastStep.value),
  f: () => change({ fog: !descent.value.fog }),
  v: () => dimensions.value === 2 && change({ view: descent.value.view === "map" ? "relief" : "map" }),
  t: switchTheme,
};

export function listenForKeys(): void {
  addEventListener("keydown", (event) => {
    if (!hasSingleKeys.value || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const act = ACTIONS[event.key.toLowerCase()];
    if (!act || isTaken(event) || (isReadOnly.value && act !== switchTheme)) return;
    act();
    event.preventDefault();
  });
}

/** Whether the focused control needs this key itself. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) {
    if (target.type === "range") return ["Home", "End"].includes(key);
    return !["checkbox", "radio"].includes(target.type) || key === " ";
  }
  return key === " " && target instanceof HTMLElement && target.matches("button, summary, a");
}
