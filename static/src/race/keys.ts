/** Single keys of the race. They rest while something is typed, or a control that uses them has the focus. */
import { hasSingleKeys } from "../store.ts";
import { switchTheme } from "../panels/theme.tsx";
import { playOrPause, rewind, step } from "./race.ts";

const ACTIONS: Readonly<Record<string, () => void>> = {
  " ": playOrPause,
  ".": step,
  home: rewind,
  t: switchTheme,
};

export function listenForKeys(): void {
  addEventListener("keydown", (event) => {
    if (!hasSingleKeys.value || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const act = ACTIONS[event.key.toLowerCase()];
    if (!act || isTaken(event)) return;
    act();
    event.preventDefault();
  });
}

/** Whether the focused control needs this key itself. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) {
    if (target.type === "range") return key === "Home";
    return !["checkbox", "radio"].includes(target.type) || key === " ";
  }
  return key === " " && target instanceof HTMLElement && target.matches("button, summary, a");
}
