/** Data that arrive as such: a file or a folder that is dropped anywhere on the page, rows that are pasted anywhere. */
import { hidesSetup } from "../../hide.ts";
import { isReadOnly } from "../../store.ts";

/** Two lines that are parted alike. */
const ROWS = /^.*([\t;,|]).*\n.*\1/;

export function listenForTables(): void {
  if (hidesSetup) return;
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const dropped = droppedIn(event.dataTransfer);
    const [file] = event.dataTransfer?.files ?? [];
    if (dropped.some(holdsImages)) bringImages(dropped);
    else if (file) bring(file, file.name);
  });
  addEventListener("paste", ({ clipboardData, target }) => {
    const text = clipboardData?.getData("text") ?? "";
    if (ROWS.test(text) && !(target instanceof Element && target.matches("input, textarea"))) bring(new Blob([text]));
  });
}

/** A file, or a folder. */
export type Dropped = FileSystemEntry | File;

/** To be asked at once: it is gone after the event. */
export function droppedIn(transfer: DataTransfer | null): Dropped[] {
  return [...(transfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
}

function holdsImages(dropped: Dropped): boolean {
  return ("isDirectory" in dropped && dropped.isDirectory) || /[.]zip$/i.test(dropped.name);
}

function bringImages(dropped: readonly Dropped[]): void {
  if (!isReadOnly.value) void import("../pictures/windows.tsx").then(({ openBring }) => openBring(dropped));
}

function bring(text: Blob, name = ""): void {
  if (!isReadOnly.value) void import("./windows.tsx").then(({ openBring }) => openBring({ text, name }));
}
