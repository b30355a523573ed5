/** Which windows on images are open, and what was brought to the page to be read as some. */
import { signal } from "@preact/signals";
import type { Dropped } from "../table/arriving.ts";

/** Images as a ZIP, what they may be called, and how many other files lay among them. */
export interface Brought {
  readonly archive: Blob;
  readonly name: string;
  readonly others: number;
}

export const dropped = signal<readonly Dropped[]>([]);
export const isBringing = signal(false);
export const isChoosing = signal(false);
