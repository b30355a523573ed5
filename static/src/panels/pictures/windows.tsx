/** The windows on images, over whatever page is open. */
import { render } from "preact";
import type { Dropped } from "../table/arriving.ts";
import { Bring } from "./bring.tsx";
import { Mine } from "./mine.tsx";
import { dropped, isBringing, isChoosing } from "./opened.ts";

let isThere = false;

export function openBring(entries: readonly Dropped[] = []): void {
  begin();
  dropped.value = entries;
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
