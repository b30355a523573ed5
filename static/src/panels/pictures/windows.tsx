/** The windows on images, over whatever page is open. */
import { overlay } from "../overlay.ts";
import type { Dropped } from "../table/arriving.ts";
import { Bring } from "./bring.tsx";
import { Mine } from "./mine.tsx";
import { dropped, isBringing, isChoosing } from "./opened.ts";

const begin = overlay(() => (
  <>
    {isChoosing.value && <Mine />}
    {isBringing.value && <Bring />}
  </>
));

export function openBring(entries: readonly Dropped[] = []): void {
  begin();
  dropped.value = entries;
  isBringing.value = true;
}

export function openMine(): void {
  begin();
  isChoosing.value = true;
}
