/** Whether points are being drawn on the map, and what undo means there. */
import { signal } from "@preact/signals";
import type { TakenBack } from "../takeback.ts";

export const isDrawing = signal(false);

/** What is drawn and not the run's yet: undo and redo go through its strokes before they reach the experiment. */
export const unlearned = signal<Pick<TakenBack<unknown>, "canUndo" | "canRedo" | "turn"> | null>(null);
