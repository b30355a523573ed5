/** The picked image of data that are images: which there are, what each is, and picking another. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawHeat } from "../draw/heat.ts";
import { t } from "../language.ts";
import { sample, scene } from "../store.ts";
import type { Numbers } from "../wire.ts";
import { inks } from "./picture.tsx";

/** Whether a pad stands in the place of the picked image. */
export const isPadOpen = signal(false);

/** All samples: those kept aside first, for they are the harder question. */
export const ordered = computed(() => {
  const isTest = scene.value?.arrays["is_test"]?.data ?? new Uint8Array();
  const places = [...isTest.keys()];
  return [...places.filter((i) => isTest[i]), ...places.filter((i) => !isTest[i])];
});

/** The image that somebody picked, which may be none of those that are offered; −1 is none. */
let chosen = -1;

/** Whether the picked image may stay where only some images are offered. */
export function mayStay(offered: readonly number[]): boolean {
  const index = sample.peek();
  return offered.includes(index) || (index === chosen && ordered.value.includes(index));
}

/** Look at a sample, and not at what was drawn. */
export function pickImage(index: number): void {
  chosen = index;
  sample.value = index;
  isPadOpen.value = false;
}

export function nameOf(index: number): string {
  return t(scene.value?.class_names[scene.value.arrays["targets"]?.data[index] ?? 0] ?? "");
}

/** How many rows and columns of pixels the images have. */
export function sidesOfImages(): readonly [rows: number, columns: number] {
  const [, rows = 8, columns = 8] = scene.value?.arrays["images"]?.shape ?? [];
  return [rows, columns];
}

/** The pixels of a sample, from 0 to 255, row by row; none before they are there. */
export function pixelsOf(index: number): Numbers {
  const [rows, columns] = sidesOfImages();
  return scene.value?.arrays["images"]?.data.subarray(index * rows * columns, (index + 1) * rows * columns) ?? NONE;
}

const NONE = new Uint8Array();

interface GridProps {
  /** Of bytes, row by row: a grid of so many. */
  readonly bytes: () => ArrayLike<number>;
  readonly sides?: () => readonly [rows: number, columns: number];
  /** The colours: of how bright a pixel is, or of what is below and above 0, at 128. */
  readonly palette?: "gray" | "diverging";
  readonly label?: string;
}

/** A picture of bytes, drawn again whenever what they are read from changes. */
export function Grid({ bytes, sides = sidesOfImages, palette = "gray", label }: GridProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const reading = useRef(bytes);
  reading.current = bytes;
  const draw = () => {
    const [found, [rows, columns]] = [reading.current(), sides()];
    if (canvas.current && found.length) drawHeat(canvas.current, found, rows, columns, inks.value[palette]);
  };
  useEffect(() => effect(draw), []);
  useEffect(draw);
  return <canvas ref={canvas} {...(label ? { role: "img" as const, "aria-label": label } : {})} />;
}

export function SampleImage({ index, label }: { index: number; label?: string }) {
  return <Grid bytes={() => pixelsOf(index)} {...(label ? { label } : {})} />;
}
