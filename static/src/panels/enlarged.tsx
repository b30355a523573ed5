/** The neuron that is looked at, as large as there is room, in the place of an image. */
import { computed, effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { drawHeat } from "../draw/heat.ts";
import { t } from "../language.ts";
import { filters } from "./filters.ts";
import { ownMap } from "./ownmap.ts";
import { inks } from "./picture.tsx";
import { nameOf, regarded } from "./regard.ts";

/** Whether a neuron is looked at that has a picture of its own. */
export const isEnlarged = computed(() => (ownMap.value ?? filters.value) !== undefined);

/** What is shown in the place of an image, in words; "" where it is the image. */
export const enlargedName = computed(() => {
  const name = isEnlarged.value && regarded.value ? nameOf(regarded.value) : "";
  if (!name) return "";
  return ownMap.value ? t("weights of {name}", { name }) : t("filters of {name}", { name });
});

/** The weights of a neuron to an image's pixels, or the filters of a feature map, while one is looked at, else what stands
there. */
export function Enlarged({ children }: { children: ComponentChildren }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isThere = isEnlarged.value;
  useEffect(
    () =>
      effect(() => {
        const map = ownMap.value ?? filters.value;
        const [, rows = 0, columns = 0] = map?.shape ?? [];
        if (canvas.current && map) drawHeat(canvas.current, map.data, rows, columns, inks.value.diverging);
      }),
    [isThere],
  );
  const name = regarded.value ? nameOf(regarded.value) : "";
  return isThere ? (
    <canvas
      ref={canvas}
      class={ownMap.value ? "" : "filters"}
      role="img"
      aria-label={
        ownMap.value
          ? t("The weights of {name} to each pixel", { name })
          : t("The filters of {name}, one for each channel", { name })
      }
    />
  ) : (
    children
  );
}
