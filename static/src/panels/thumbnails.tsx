/** The small pictures of data sets: those that are seen first come with the page, the others when one is asked for. */
import { signal } from "@preact/signals";
import type { Palette } from "../draw/color.ts";
import { drawHeat } from "../draw/heat.ts";
import { sharpPen } from "../draw/pen.ts";
import { drawThumbnail, type Thumbnail } from "../draw/thumbnail.ts";
import { catalogue } from "../store.ts";
import { Still } from "./picture.tsx";

type Thumbnails = Readonly<Record<string, Thumbnail>>;

const known = signal<Thumbnails>(catalogue.thumbnails ?? {});
let isFetching = false;

/** The points of a data set in small, or one of its images. */
export function SetThumbnail({ kind, isClasses }: { kind: string; isClasses: boolean }) {
  return (
    <Still
      draw={(canvas, width, height, colors) => {
        const thumbnail = thumbnailOf(kind);
        const [image] = thumbnail.images ?? [];
        const pen = image ? null : sharpPen(canvas, width, height);
        if (image) drawImage(canvas, image, colors.gray);
        if (pen) drawThumbnail(pen, thumbnail, isClasses, colors);
      }}
    />
  );
}

function drawImage(canvas: HTMLCanvasElement, pixels: readonly number[], palette: Palette): void {
  const side = Math.round(Math.sqrt(pixels.length));
  const brightest = Math.max(1, ...pixels);
  const bytes = pixels.map((value) => Math.round((value / brightest) * 255));
  drawHeat(canvas, bytes, side, side, palette);
}

/** Nothing before it has come. */
function thumbnailOf(kind: string): Thumbnail {
  const found = known.value[kind];
  if (!found) void fetchAll();
  return found ?? {};
}

async function fetchAll(): Promise<void> {
  if (isFetching) return;
  isFetching = true;
  try {
    known.value = (await (await fetch("/api/thumbnails")).json()) as Thumbnails;
  } catch {
    isFetching = false;
  }
}
