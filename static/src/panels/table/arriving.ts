/** Data that arrive as such: a file or a folder that is dropped anywhere on the page, rows that are pasted anywhere. */
import { hidesSetup } from "../../hide.ts";
import { t } from "../../language.ts";
import { isReadOnly } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import type { Brought } from "./opened.ts";

/** Two lines that are parted alike. */
const ROWS = /^.*([\t;,|]).*\n.*\1/;

export function listenForTables(): void {
  if (hidesSetup) return;
  addEventListener("dragover", (event) => {
    event.preventDefault();
    if (!isReadOnly.value && event.dataTransfer?.types.includes("Files")) sayWhatToDrop();
  });
  addEventListener("dragleave", ({ relatedTarget }) => !relatedTarget && sayNothing());
  addEventListener("drop", sayNothing, true);
  addEventListener("drop", (event) => {
    event.preventDefault();
    const dropped = droppedIn(event.dataTransfer);
    if (dropped.some(holdsImages)) bringImages(dropped);
    else bring(tableIn(event.dataTransfer));
  });
  addEventListener("paste", ({ clipboardData, target }) => {
    const text = clipboardData?.getData("text") ?? "";
    if (ROWS.test(text) && !(target instanceof Element && target.matches("input, textarea")))
      bring({ text: new Blob([text]), name: "", others: 0 });
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

/** The file of a table that was dropped: the first, where there are several. */
export function tableIn(transfer: DataTransfer | null): Brought | null {
  const [file, ...others] = transfer?.files ?? [];
  return file ? { text: file, name: file.name, others: others.length } : null;
}

function bring(table: Brought | null): void {
  if (table && !isReadOnly.value) void import("./windows.tsx").then(({ openBring }) => openBring(table));
}

/** While files are over the page, a frame around it says what becomes of them. */
function sayWhatToDrop(): void {
  document.body.dataset["drop"] ??= t("Drop a table, or a folder or a ZIP of images");
  void fetchStyle("table");
}

function sayNothing(): void {
  delete document.body.dataset["drop"];
}
