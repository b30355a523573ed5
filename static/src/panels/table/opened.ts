/** Which windows on tables are open, and what was brought to the page to be read as one. */
import { signal } from "@preact/signals";

/** The text of a table, what its file is called, "" where it has none, and how many others came along with it. */
export interface Brought {
  readonly text: Blob;
  readonly name: string;
  readonly others: number;
}

export const brought = signal<Brought | null>(null);
export const isBringing = signal(false);
export const isChoosing = signal(false);
