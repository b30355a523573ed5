/** Image data: one picked sample, how probable the network makes each class, and more samples to pick from. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawHeat } from "../draw/heat.ts";
import { Check } from "../form/controls.tsx";
import * as format from "../format.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { frame, isReadOnly, sample, scene } from "../store.ts";
import { fetchStyle } from "../style.ts";
import { Enlarged } from "./enlarged.tsx";
import { ImagePad, saidOfDrawing } from "./imagepad.tsx";
import { inks } from "./picture.tsx";

const MOST_SHOWN = 40;

await fetchStyle("images");

/** All samples: those kept aside first, for they are the harder question. */
export const ordered = computed(() => {
  const isTest = scene.value?.arrays["is_test"]?.data ?? new Uint8Array();
  const places = [...isTest.keys()];
  return [...places.filter((i) => isTest[i]), ...places.filter((i) => !isTest[i])];
});

/** The images to pick from: an autoencoder's are picked in its code, all of them. */
const shown = computed(() =>
  scene.value?.task === "autoencoder" ? ordered.value : ordered.value.slice(0, MOST_SHOWN),
);

const truth = computed(() => nameOf(sample.value));

/** Whether a pad stands in the place of the picked image. */
const isDrawing = signal(false);

const probabilities = computed(() => {
  if (isDrawing.value) return saidOfDrawing.value ?? undefined;
  const last = (scene.value?.layers.length ?? 0) - 1;
  return frame.value?.arrays[`sample:${sample.value}/${last}`]?.data;
});

/** Keep the picked sample among those there are. */
effect(() => {
  const [first] = shown.value;
  if (scene.value?.dimensions === 0 && first !== undefined && !shown.value.includes(sample.peek()))
    sample.value = first;
});

export function Images() {
  const names = scene.value?.class_names ?? [];
  return (
    <>
      <div class="reading">
        {isDrawing.value ? <ImagePad /> : <Picked />}
        <ol class="probabilities" aria-label={t("Probability of each class")}>
          {names.map((name, i) => (
            <Probability key={name} name={name} index={i} />
          ))}
        </ol>
      </div>
      {!isReadOnly.value && (
        <Check isOn={isDrawing.value} onChange={(isOn) => (isDrawing.value = isOn)}>
          {t("Draw an image yourself")}
        </Check>
      )}
      <div class="heading">
        <h3>{t("Images it has not trained on")}</h3>
      </div>
      <div class="samples-list" role="group" aria-label={t("Images to pick")} onKeyDown={onKey}>
        {shown.value.map((index) => (
          <button
            key={index}
            type="button"
            aria-pressed={index === sample.value}
            tabIndex={index === sample.value ? 0 : -1}
            aria-label={t("Image {index}, labelled {name}", { index, name: nameOf(index) })}
            onClick={() => pick(index)}
          >
            <SampleImage index={index} />
          </button>
        ))}
      </div>
    </>
  );
}

function Picked() {
  return (
    <figure>
      <Enlarged>
        <SampleImage index={sample.value} label={t("The picked image, labelled {name}", { name: truth.value })} />
      </Enlarged>
      <figcaption>
        <StepButton by={-1} />
        <span>{t("labelled {name}", { name: truth.value })}</span>
        <StepButton by={1} />
      </figcaption>
    </figure>
  );
}

/** Look at a sample, and not at what was drawn. */
function pick(index: number): void {
  sample.value = index;
  isDrawing.value = false;
}

/** To the image before or after the picked one. */
export function StepButton({ by }: { by: -1 | 1 }) {
  const step = () => {
    const next = shown.value.at((shown.value.indexOf(sample.value) + by) % shown.value.length);
    if (next !== undefined) pick(next);
  };
  return (
    <button
      type="button"
      class="button outlined square small"
      aria-label={by < 0 ? t("Previous image") : t("Next image")}
      onClick={step}
    >
      <Icon name={by < 0 ? "back" : "next"} />
    </button>
  );
}

export function nameOf(index: number): string {
  return t(scene.value?.class_names[scene.value.arrays["targets"]?.data[index] ?? 0] ?? "");
}

function onKey(event: KeyboardEvent): void {
  const by = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
  if (!by || !(event.target instanceof HTMLElement)) return;
  const next = by > 0 ? event.target.nextElementSibling : event.target.previousElementSibling;
  if (next instanceof HTMLElement) {
    next.focus();
    next.click();
  }
}

function Probability({ name, index }: { name: string; index: number }) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(
    () =>
      effect(() => {
        const all = probabilities.value;
        const [bar, text] = [item.current?.querySelector("i"), item.current?.querySelector("output")];
        const share = all?.[index];
        if (!bar || !text) return;
        if (!all || share === undefined) {
          bar.style.width = text.textContent = "";
          return item.current?.classList.remove("winner");
        }
        bar.style.width = `${Math.max(0.5, share * 100).toFixed(1)}%`;
        text.textContent = format.percent(share, 0);
        item.current?.classList.toggle("winner", share >= Math.max(...all));
      }),
    [index],
  );
  return (
    <li ref={item}>
      <span>{name}</span>
      <span class="track">
        <i />
      </span>
      <output />
    </li>
  );
}

export function SampleImage({ index, label }: { index: number; label?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(
    () =>
      effect(() => {
        const images = scene.value?.arrays["images"];
        const [, rows = 8, columns = 8] = images?.shape ?? [];
        const pixels = images?.data.subarray(index * rows * columns, (index + 1) * rows * columns);
        if (canvas.current && pixels?.length) drawHeat(canvas.current, pixels, rows, columns, inks.value.gray);
      }),
    [index],
  );
  return <canvas ref={canvas} {...(label ? { role: "img" as const, "aria-label": label } : {})} />;
}
