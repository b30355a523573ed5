/** Undo and redo of what was changed in the experiment, each with what it would take back or bring again. */
import { Icon } from "../icons.tsx";
import { give, redoable, undoable } from "../store.ts";

export function Undo() {
  return <Turn op="undo" name="Undo" what={undoable.value} keys="Ctrl+Z" />;
}

export function Redo() {
  return <Turn op="redo" name="Redo" what={redoable.value} keys="Ctrl+Shift+Z" />;
}

interface TurnProps {
  readonly op: "undo" | "redo";
  readonly name: string;
  readonly what: string;
  readonly keys: string;
}

/** It keeps the focus when there is nothing left to do, so it is never quite disabled. */
function Turn({ op, name, what, keys }: TurnProps) {
  return (
    <button
      type="button"
      class="button square turn"
      aria-disabled={what === ""}
      aria-label={what ? `${name}: ${what}` : name}
      title={what ? `${name}: ${what} (${keys})` : `Nothing to ${op} (${keys})`}
      onClick={() => give({ op })}
    >
      <Icon name={op} />
    </button>
  );
}
