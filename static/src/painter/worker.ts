/** A thread that paints, so that the page can go on. It is told tables, and then frames, and answers with pictures. */
import type { Arrays, TablesMessage } from "../wire.ts";
import { painter, type Painter, type Wanted } from "./paint.ts";

export type Told = { readonly tables: TablesMessage } | { readonly arrays: Arrays; readonly wanted: Wanted };

let paint: Painter | null = null;

addEventListener("message", ({ data }: MessageEvent<Told>) => {
  if ("tables" in data) return void (paint = painter(data.tables));
  const painted = paint?.(data.arrays, data.wanted) ?? {};
  postMessage(painted, { transfer: Object.values(painted).map((array) => array.data.buffer) });
});
