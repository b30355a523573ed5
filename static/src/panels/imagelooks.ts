/** What is shown of the image that is looked at, the picked one or one's own: itself, what counts in it, what fools. */
import { computed, signal } from "@preact/signals";
import { t } from "../language.ts";
import { sample } from "../store.ts";
import type { Numbers } from "../wire.ts";
import { drawnPixels, drawnText } from "./imagepad.tsx";
import { isPadOpen, pixelsOf } from "./pickedimage.tsx";

export type Look = "image" | "saliency" | "adversarial";

export const LOOKS: Readonly<Record<Look, string>> = {
  image: t("Image"),
  saliency: t("Saliency"),
  adversarial: t("Adversarial"),
};

export const look = signal<Look>("image");

/** The view of that kind, of the image that is looked at; null of an empty pad. */
export function viewOf(kind: Exclude<Look, "image">): string | null {
  if (!isPadOpen.value) return `${kind}:${sample.value}`;
  return drawnText.value && `${kind}_of:${drawnText.value}`;
}

/** From 0 to 255, row by row. */
export const pixelsLookedAt = computed((): Numbers => (isPadOpen.value ? drawnPixels.value : pixelsOf(sample.value)));

/** What the network says of the image as it is altered; null while none is. */
export const saidOfAltered = signal<Numbers | null>(null);
