/** Tables that arrive as such: a file that is dropped anywhere on the page, rows that are pasted anywhere. */
import { hidesSetup } from "../../hide.ts";
import { isReadOnly } from "../../store.ts";

/** Two lines that are parted alike. */
const ROWS = /^.*([\t;,|]).*\n.*\1/;

export function listenForTables(): void {
  if (hidesSetup) return;
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) bring(file, file.name);
  });
  addEventListener("paste", ({ clipboardData, target }) => {
    const text = clipboardData?.getData("text") ?? "";
    if (ROWS.test(text) && !(target instanceof Element && target.matches("input, textarea"))) bring(new Blob([text]));
  });
}

function bring(text: Blob, name = ""): void {
  if (!isReadOnly.value) void import("./windows.tsx").then(({ openBring }) => openBring({ text, name }));
}
