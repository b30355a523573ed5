/** A canvas that draws itself again when a signal that its drawing reads changes, or its own size, or the theme. */
import { computed, effect, signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { readInks, type Inks } from "../draw/color.ts";
import { sharpPen, type Pen } from "../draw/pen.ts";
import { theme } from "../store.ts";

/** The colours of the theme that is on. */
export const inks = computed<Inks>(() => {
  theme.value;
  return readInks(document.documentElement);
});

/** Where nobody looks nothing is drawn; what was missed is drawn when somebody does. */
const isHidden = signal(document.hidden);
document.addEventListener("visibilitychange", () => (isHidden.value = document.hidden));

interface PictureProps {
  /** What the picture shows, for those who cannot see it; left out when a neighbour says it. */
  readonly label?: string;
  /** The id of an element that says more. */
  readonly describedBy?: string;
  readonly class?: string;
  readonly draw: (pen: Pen, inks: Inks, canvas: HTMLCanvasElement) => void;
}

export function Picture({ label, describedBy, class: name, draw }: PictureProps) {
  const canvas = useDrawing<HTMLCanvasElement>((element, width, height) => {
    const pen = sharpPen(element, width, height);
    if (pen) draw(pen, inks.value, element);
  });
  const words = label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true as const };
  return <canvas ref={canvas} class={name} {...words} {...(describedBy ? { "aria-describedby": describedBy } : {})} />;
}

interface StillProps {
  readonly draw: (canvas: HTMLCanvasElement, width: number, height: number, inks: Inks) => void;
}

/** What hardly ever changes, as an image: each canvas on a page costs the browser time in every frame, changed or not. */
export function Still({ draw }: StillProps) {
  const image = useDrawing<HTMLImageElement>((element, width, height) => {
    const canvas = document.createElement("canvas");
    draw(canvas, width, height, inks.value);
    element.src = canvas.toDataURL();
  });
  return <img ref={image} alt="" />;
}

/** Draw, whenever a signal that the drawing reads changes, or the element's size. */
function useDrawing<Shown extends Element>(
  draw: (element: Shown, width: number, height: number) => void,
): RefObject<Shown> {
  const shown = useRef<Shown>(null);
  const drawing = useRef(draw);
  drawing.current = draw;
  useEffect(() => {
    const element = shown.current;
    if (!element) return;
    const size = signal({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(([entry]) => {
      if (entry) size.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    observer.observe(element);
    const stop = effect(() => {
      if (isHidden.value) return;
      const { width, height } = size.value;
      drawing.current(element, width, height);
    });
    return () => {
      observer.disconnect();
      stop();
    };
  }, []);
  return shown;
}
