/** A pad to draw an image on: what the network makes of it is seen with every stroke, and with every update. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawHeat } from "../draw/heat.ts";
import { ARROWS } from "../draw/near.ts";
import { strokesToPixels, type Place } from "../draw/strokes.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { isReadOnly, isStroking, ownImage, scene } from "../store.ts";
import { isPadOpen } from "./pickedimage.tsx";
import { inks } from "./picture.tsx";
import { takenBack, turnOf, type Turn } from "./takeback.ts";

/** The pen of those who draw with keys goes so far, of the whole side. */
const STRIDE = 1 / 16;

/** Each stroke a list of places, from (0, 0) to (1, 1). */
const drawing = takenBack<readonly (readonly Place[])[]>([]);
const strokes = drawing.now;
const pen = signal<Place>([0.5, 0.2]);
const isPenDown = signal(false);

const side = computed(() => scene.value?.arrays["images"]?.shape[1] ?? 0);
/** Handwriting is brought to the size of the samples; where a shape stands is part of what it is. */
const isFitted = computed(() => scene.value?.experiment.data.kind.includes("digits") ?? false);
/** What is drawn, brought to the size of the samples: from 0 to 255, row by row; and as text, null of an empty pad. */
export const drawnPixels = computed(() => strokesToPixels(strokes.value, side.value, isFitted.value));
export const drawnText = computed(() => (strokes.value.length ? textOf(drawnPixels.value) : null));

/** While the pad is open, all look at what is drawn. */
effect(() => {
  const view = drawnText.value ? `image:${drawnText.value}` : "";
  ownImage.value = isPadOpen.value ? { pixels: drawnPixels.value, view } : null;
});

/** What was drawn stays while the pad is out of sight, but not where other data come. */
const kind = computed(() => scene.value?.experiment.data.kind);
effect(() => {
  kind.value;
  isPadOpen.value = false;
  drawing.begin([]);
});

/** The bytes in base64url, without padding. */
function textOf(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

export function ImagePad() {
  const pad = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  /** A button that rests has no focus, so the pad takes it. */
  const press = (does: () => void) => () => {
    does();
    pad.current?.focus();
  };
  useEffect(
    () =>
      effect(() => {
        if (canvas.current && side.value)
          drawHeat(canvas.current, drawnPixels.value, side.value, side.value, inks.value.gray);
      }),
    [],
  );
  return (
    <figure onKeyDown={onKey}>
      <div
        ref={pad}
        class="image-pad"
        role="application"
        tabIndex={0}
        aria-label={t("Pad: arrow keys move the pen, Space lifts or lowers it, Delete empties the pad")}
        onPointerDown={begin}
        onPointerMove={follow}
        onLostPointerCapture={() => (isStroking.value = false)}
      >
        <canvas ref={canvas} />
        <i class={isPenDown.value ? "down" : ""} style={{ left: percent(pen.value[0]), top: percent(pen.value[1]) }} />
      </div>
      <figcaption>
        <span aria-live="polite">{strokes.value.length ? "" : t("Draw here")}</span>
        <button
          type="button"
          class="button outlined square small"
          aria-label={t("Take the last stroke back")}
          title={t("Take the last stroke back (Ctrl+Z)")}
          disabled={!drawing.canUndo.value && !strokes.value.length}
          onClick={press(() => turn("undo"))}
        >
          <Icon name="undo" />
        </button>
        <button type="button" class="button outlined small" disabled={!strokes.value.length} onClick={press(clear)}>
          {t("Empty")}
        </button>
      </figcaption>
    </figure>
  );
}

function clear(): void {
  drawing.end();
  strokes.value = [];
  isPenDown.value = false;
}

function turn(way: Turn): void {
  isPenDown.value = false;
  drawing.turn(way);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function placeOf(event: PointerEvent & { currentTarget: HTMLElement }): Place {
  const box = event.currentTarget.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

function begin(event: PointerEvent & { currentTarget: HTMLElement }): void {
  if (event.button || isReadOnly.value) return;
  event.currentTarget.setPointerCapture(event.pointerId);
  isPenDown.value = false;
  isStroking.value = true;
  draw(placeOf(event));
}

/** Begin another stroke. */
function draw(from: Place): void {
  drawing.end();
  strokes.value = [...strokes.value, [from]];
}

function follow(event: PointerEvent & { currentTarget: HTMLElement }): void {
  if (event.buttons && event.currentTarget.hasPointerCapture(event.pointerId)) go(placeOf(event));
}

/** On with the last stroke. */
function go(to: Place): void {
  const last = strokes.value.at(-1);
  if (last) strokes.value = [...strokes.value.slice(0, -1), [...last, to]];
}

/** In the pad undo and redo are of its strokes. */
function onKey(event: KeyboardEvent): void {
  const way = turnOf(event);
  const arrow = ARROWS[event.key];
  if (way) turn(way);
  else if (event.target instanceof HTMLButtonElement || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (arrow) {
    pen.value = [within(pen.value[0] + STRIDE * arrow[0]), within(pen.value[1] + STRIDE * arrow[1])];
    if (isPenDown.value) go(pen.value);
  } else if (event.key === " ") {
    isPenDown.value = !isPenDown.value;
    if (isPenDown.value) draw(pen.value);
  } else if (event.key === "Delete" || event.key === "Backspace") clear();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}
