/** The plane coloured by the network's answer, or by the picked neuron's, under the points. */
import { computed, effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { stepped, type Inks } from "../draw/color.ts";
import { drawContour } from "../draw/contour.ts";
import { drawClasses, drawDotted, drawHeat, enlarged } from "../draw/heat.ts";
import { drawClassPattern } from "../draw/patterns.ts";
import { sharpPen } from "../draw/pen.ts";
import { drawRings, drawSamples, planeSide, type Samples, type Window } from "../draw/plane.ts";
import { t } from "../language.ts";
import { hasPatterns, isDiscretised, scene, showsTest, type Scene } from "../store.ts";
import type { NamedArray } from "../wire.ts";
import { mistakesInto, ringed, showsMistakes } from "./answers.ts";
import { ownMap } from "./ownmap.ts";
import { inks, Picture } from "./picture.tsx";
import { places, Points } from "./points.tsx";
import { sides } from "./units.ts";
import { shot, view, whole } from "./view.ts";

const isClassifying = computed(() => (scene.value?.task ?? "classification") === "classification");

const label = computed(() =>
  isClassifying.value
    ? t(
        "Decision boundary: the plane coloured by the network's output, with training points filled and test points hollow",
      )
    : t(
        "Answer over the plane: the plane coloured by the network's output, with training points filled and test points hollow",
      ),
);

export function Plane() {
  const heat = useRef<HTMLCanvasElement>(null);
  const line = useRef<HTMLCanvasElement>(null);
  const side = useSignal(0);
  useEffect(() => effect(() => drawAnswer(heat.current, line.current, side.value)), []);
  const square = { width: `${side.value}px`, height: `${side.value}px` };
  return (
    <figure class="plane">
      <div class="map" style={square}>
        <canvas class="heat" ref={heat} aria-hidden="true" />
        <canvas class="line" ref={line} style={square} aria-hidden="true" />
      </div>
      <Picture
        class="samples"
        label={label.value}
        describedBy="answer-description"
        draw={(pen, colors) => {
          const world = scene.value;
          side.value = planeSide(pen.width, pen.height, sides.value);
          if (world) drawSamples(pen, samplesOf(world), view.value, sides.value, colors, showsTest.value);
        }}
      />
      <Points area={{ left: null, width: side.value, height: side.value }} />
    </figure>
  );
}

/** What the points of a scene are, for the pictures. */
export function samplesOf(world: Scene): Samples {
  const { points, targets, is_test } = world.arrays;
  return {
    points: points?.data ?? [],
    targets: targets?.data ?? [],
    isTest: is_test?.data ?? [],
    classes: world.classes,
  };
}

let fine = new Uint8ClampedArray(0);
const marked: number[] = [];
const MIDDLE = 128;
/** Colours of a picture that shows what each place is taken for: of values, so many bands. */
const CLASSES = 2;
const BANDS = 8;
const FULLY = new Uint8Array(100 * 100).fill(255);

function drawAnswer(heat: HTMLCanvasElement | null, line: HTMLCanvasElement | null, side: number): void {
  const picture = ownMap.value ? { ...ownMap.value, window: whole.value } : shot.value;
  if (!heat || !line || !picture) return;
  placeOn(heat, picture.window, view.value, side);
  paint(heat, picture);
  const pen = sharpPen(line, side, side);
  if (!pen) return;
  pen.context.save();
  lineUp(pen.context, picture.window, view.value, side);
  drawLines(pen.context, picture, side, inks.value);
  pen.context.restore();
  if (ownMap.value) return;
  marked.length = 0;
  if (showsMistakes.value) mistakesInto(marked);
  drawRings(pen.context, ringed.value ?? marked, places.value, { left: 0, width: side, height: side }, inks.value);
}

/** Lay what shows one window where it belongs in another. */
function placeOn({ style }: HTMLCanvasElement, shown: Window, seen: Window, side: number): void {
  const [across, up] = [side / (seen.right - seen.left), side / (seen.top - seen.bottom)];
  style.left = `${(shown.left - seen.left) * across}px`;
  style.top = `${(seen.top - shown.top) * up}px`;
  style.width = `${(shown.right - shown.left) * across}px`;
  style.height = `${(shown.top - shown.bottom) * up}px`;
}

/** The same for lines, which keep their thickness where the two windows are one. */
function lineUp(context: CanvasRenderingContext2D, shown: Window, seen: Window, side: number): void {
  const scale = (shown.right - shown.left) / (seen.right - seen.left);
  const across = side / (seen.right - seen.left);
  context.translate((shown.left - seen.left) * across, (seen.top - shown.top) * across);
  context.scale(scale, scale);
}

function paint(heat: HTMLCanvasElement, { shape: [grids = 0, size = 0], data }: NamedArray): void {
  const colors = palettes.value;
  if (grids === 2) {
    const sureness = isDiscretised.value ? FULLY : data.subarray(size * size);
    drawClasses(heat, data.subarray(0, size * size), sureness, size, size, inks.value.shades);
    return;
  }
  if (fine.length !== 9 * size * size) fine = new Uint8ClampedArray(9 * size * size);
  enlarged(data, size, fine);
  if (hasPatterns.value) drawDotted(heat, fine, size * 3, size * 3, colors.shades, colors.dots);
  else drawHeat(heat, fine, size * 3, size * 3, colors.shades);
}

const palettes = computed(() => {
  const { diverging, dots } = inks.value;
  const steps = isClassifying.value ? CLASSES : BANDS;
  const isFlat = isDiscretised.value && !ownMap.value;
  return isFlat ? { shades: stepped(diverging, steps), dots: stepped(dots, steps) } : { shades: diverging, dots };
});

/** The line where two classes meet; of more classes, where patterns are wanted, each one's shape in its places. */
function drawLines(context: CanvasRenderingContext2D, picture: NamedArray, side: number, colors: Inks): void {
  const [grids = 0, size = 0] = picture.shape;
  if (ownMap.value || !isClassifying.value) return;
  if (grids === 2) {
    if (hasPatterns.value) drawClassPattern(context, picture.data, size, side, colors);
    return;
  }
  context.strokeStyle = colors.ink;
  context.globalAlpha = 0.95;
  context.lineWidth = 1; // no line is drawn faster
  drawContour(context, picture.data, size, MIDDLE - 0.5, side);
}
