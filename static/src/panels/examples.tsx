/** Examples of the data, where they are images. */
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawHeat } from "../draw/heat.ts";
import { plural } from "../language.ts";
import { fetchStyle } from "../style.ts";
import { inks } from "./picture.tsx";
import { thumbnailOf } from "./thumbnails.ts";

await fetchStyle("images");

/** A few of the images, where the data are images. */
export function Examples({ kind }: { kind: string }) {
  const images = thumbnailOf(kind).images ?? [];
  return (
    <div
      class="gallery"
      role="img"
      aria-label={plural(images.length, "{count} example image", "{count} example images")}
    >
      {images.map((image, i) => (
        <TinyImage key={i} pixels={image} />
      ))}
    </div>
  );
}

function TinyImage({ pixels }: { pixels: readonly number[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(
    () =>
      effect(() => {
        const side = Math.round(Math.sqrt(pixels.length));
        const brightest = Math.max(1, ...pixels);
        if (canvas.current)
          drawHeat(
            canvas.current,
            pixels.map((value) => Math.round((value / brightest) * 255)),
            side,
            side,
            inks.value.gray,
          );
      }),
    [pixels],
  );
  return <canvas ref={canvas} />;
}
