/** Undo and redo of what was changed in the experiment, each with what it would take back or bring again. */
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { give, redoable, undoable } from "../store.ts";
import { unlearned } from "./drawing/mode.ts";
import type { Turn as Way } from "./takeback.ts";

/** Undo or redo: a stroke that the run has not learned from, else a change of the experiment. */
export function turn(way: Way): void {
  if (!unlearned.value?.turn(way)) give({ op: way });
}

export function Undo() {
  const change = unlearned.value?.canUndo.value ? t("a stroke") : undoable.value;
  return (
    <Turn
      op="undo"
      isIdle={change === ""}
      name={change ? t("Undo: {change}", { change }) : t("Undo")}
      title={change ? t("Undo: {change} (Ctrl+Z)", { change }) : t("Nothing to undo (Ctrl+Z)")}
    />
  );
}

export function Redo() {
  const change = unlearned.value?.canRedo.value ? t("a stroke") : redoable.value;
  return (
    <Turn
      op="redo"
      isIdle={change === ""}
      name={change ? t("Redo: {change}", { change }) : t("Redo")}
      title={change ? t("Redo: {change} (Ctrl+Shift+Z)", { change }) : t("Nothing to redo (Ctrl+Shift+Z)")}
    />
  );
}

interface TurnProps {
  readonly op: Way;
  readonly isIdle: boolean;
  readonly name: string;
  readonly title: string;
}

/** It keeps the focus when there is nothing left to do, so it is never quite disabled. */
function Turn({ op, isIdle, name, title }: TurnProps) {
  return (
    <button
      type="button"
      class="button square turn"
      aria-disabled={isIdle}
      aria-label={name}
      title={title}
      onClick={() => turn(op)}
    >
      <Icon name={op} />
    </button>
  );
}
