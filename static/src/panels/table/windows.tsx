/** The windows on tables, over whatever page is open. */
import { overlay } from "../overlay.ts";
import { Bring } from "./bring.tsx";
import { Mine } from "./mine.tsx";
import { brought, isBringing, isChoosing, type Brought } from "./opened.ts";

const begin = overlay(() => (
  <>
    {isChoosing.value && <Mine />}
    {isBringing.value && <Bring />}
  </>
));

export function openBring(table: Brought | null = null): void {
  begin();
  brought.value = table;
  isBringing.value = true;
}

export function openMine(): void {
  begin();
  isChoosing.value = true;
}
