/** Whether points are being drawn on the map. */
import { signal } from "@preact/signals";

export const isDrawing = signal(false);
