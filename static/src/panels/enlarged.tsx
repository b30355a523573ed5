/** The neuron that is looked at, as large as there is room, in the place of another picture. */
import { computed, effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { drawHeat } from "../draw/heat.ts";
import { t } from "../language.ts";
import { frame, scene } from "../store.ts";
import type { NamedArray } from "../wire.ts";
import { inks } from "./picture.tsx";
import { nameOf, regarded } from "./regard.ts";

/** Its own map, one grid; undefined where there is none. */
export const ownMap = computed((): NamedArray | undefined => {
  const looked = regarded.value;
  if (!looked) return undefined;
  const stack =
    looked.layer === 0 ? scene.value?.arrays["input_tiles"] : frame.value?.arrays[`tiles/${looked.layer - 1}`];
  const [count = 0, rows = 0, columns = 0] = stack?.shape ?? [];
  if (!stack || looked.unit >= count) return undefined;
  const data = stack.data.subarray(looked.unit * rows * columns, (looked.unit + 1) * rows * columns);
  return { shape: [1, rows, columns], data };
});

/** The weights of a neuron to an image's pixels while one is looked at, else what stands there. */
export function Enlarged({ children }: { children: ComponentChildren }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isThere = ownMap.value !== undefined;
  useEffect(
    () =>
      effect(() => {
        const [, rows = 0, columns = 0] = ownMap.value?.shape ?? [];
        if (canvas.current && ownMap.value)
          drawHeat(canvas.current, ownMap.value.data, rows, columns, inks.value.diverging);
      }),
    [isThere],
  );
  const name = regarded.value ? nameOf(regarded.value) : "";
  return isThere ? (
    <canvas ref={canvas} role="img" aria-label={t("The weights of {name} to each pixel", { name })} />
  ) : (
    children
  );
}
