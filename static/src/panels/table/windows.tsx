/** The windows on tables, over whatever page is open. */
import { render } from "preact";
import { Bring } from "./bring.tsx";
import { Mine } from "./mine.tsx";
import { brought, isBringing, isChoosing, type Brought } from "./opened.ts";

let isThere = false;

export function openBring(table: Brought | null = null): void {
  begin();
  brought.value = table;
  isBringing.value = true;
}

export function openMine(): void {
  begin();
  isChoosing.value = true;
}

function begin(): void {
  if (isThere) return;
  isThere = true;
  render(<Windows />, document.body.appendChild(document.createElement("div")));
}

function Windows() {
  return (
    <>
      {isChoosing.value && <Mine />}
      {isBringing.value && <Bring />}
    </>
  );
}
