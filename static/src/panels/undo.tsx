/** Undo and redo of what was changed in the experiment, each with what it would take back or bring again. */
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { give, redoable, undoable } from "../store.ts";

export function Undo() {
  return (
    <Turn
      op="undo"
      isIdle={undoable.value === ""}
      name={undoable.value ? t("Undo: {change}", { change: undoable.value }) : t("Undo")}
      title={undoable.value ? t("Undo: {change} (Ctrl+Z)", { change: undoable.value }) : t("Nothing to undo (Ctrl+Z)")}
    />
  );
}

export function Redo() {
  return (
    <Turn
      op="redo"
      isIdle={redoable.value === ""}
      name={redoable.value ? t("Redo: {change}", { change: redoable.value }) : t("Redo")}
      title={
        redoable.value
          ? t("Redo: {change} (Ctrl+Shift+Z)", { change: redoable.value })
          : t("Nothing to redo (Ctrl+Shift+Z)")
      }
    />
  );
}

interface TurnProps {
  readonly op: "undo" | "redo";
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
      onClick={() => give({ op })}
    >
      <Icon name={op} />
    </button>
  );
}
