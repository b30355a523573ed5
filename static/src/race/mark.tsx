/** A contestant's line as the chart draws it, and what it is called. */
import { LOOKS } from "../draw/looks.ts";
import { names } from "./race.ts";

export function Mark({ i }: { i: number }) {
  return (
    <span class={`mark mark-${i + 1}`}>
      <svg viewBox="0 0 28 4" aria-hidden="true">
        <path d="M0 2h28" stroke-dasharray={LOOKS[i]?.dash.join(" ")} />
      </svg>
      {names.value[i]}
    </span>
  );
}
