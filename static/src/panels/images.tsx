/** Image data: one picked sample, how probable the network makes each class, and more samples to pick from. */
import { computed, effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Check, Segments } from "../form/controls.tsx";
import * as format from "../format.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { isReadOnly, sample, scene } from "../store.ts";
import { fetchStyle } from "../style.ts";
import { isTest } from "./answers.ts";
import { Enlarged, enlargedName, isEnlarged } from "./enlarged.tsx";
import { answerGiven } from "./given.ts";
import { look, LOOKS, saidOfAltered, type Look } from "./imagelooks.ts";
import { ImagePad } from "./imagepad.tsx";
import { later } from "./later.tsx";
import { looked, Patches } from "./patches.tsx";
import { isPadOpen, mayStay, nameOf, ordered, pickImage, SampleImage } from "./pickedimage.tsx";
import { sharesOf } from "./shares.ts";

const MOST_SHOWN = 40;

const Heat = later(async () => (await import("./saliency.tsx")).Heat);
const Saliency = later(async () => (await import("./saliency.tsx")).Saliency);
const Altered = later(async () => (await import("./adversarial.tsx")).Altered);
const Adversarial = later(async () => (await import("./adversarial.tsx")).Adversarial);

const KINDS: readonly Look[] = ["image", "saliency", "adversarial"];

await fetchStyle("images");

/** The images to pick from: some of those kept aside. An autoencoder's are picked in its code, all of them. */
const shown = computed(() =>
  scene.value?.task === "autoencoder" ? ordered.value : ordered.value.filter(isTest).slice(0, MOST_SHOWN),
);

const truth = computed(() => nameOf(sample.value));

const outputs = computed(() => {
  if (saidOfAltered.value) return saidOfAltered.value;
  return answerGiven()?.data;
});
const probabilities = computed(() => outputs.value && sharesOf(outputs.value));

/** Keep the picked sample among those there are. */
effect(() => {
  const [first] = shown.value;
  if (scene.value?.dimensions === 0 && first !== undefined && !mayStay(shown.value)) sample.value = first;
});

export function Images() {
  const names = scene.value?.class_names ?? [];
  return (
    <>
      <div class="reading">
        <div class="looked-at">
          {isPadOpen.value ? <ImagePad /> : <Picked />}
          {!isEnlarged.value && look.value === "saliency" && <Heat />}
          {!isEnlarged.value && look.value === "adversarial" && <Altered />}
        </div>
        {looked.value && !isPadOpen.value ? (
          <Patches />
        ) : (
          <ol class="probabilities" aria-label={t("Probability of each class")}>
            {names.map((name, i) => (
              <Probability key={name} name={name} index={i} />
            ))}
          </ol>
        )}
      </div>
      {!isReadOnly.value && (
        <Check isOn={isPadOpen.value} onChange={(isOn) => (isPadOpen.value = isOn)}>
          {t("Draw an image yourself")}
        </Check>
      )}
      <Segments
        label={t("What is shown of the image")}
        choices={Object.values(LOOKS)}
        chosen={LOOKS[look.value]}
        onChoose={(choice) => (look.value = KINDS.find((kind) => LOOKS[kind] === choice) ?? "image")}
      />
      {look.value === "saliency" && <Saliency />}
      {look.value === "adversarial" && <Adversarial />}
      <div class="heading">
        <h3>{t("Images it has not trained on")}</h3>
      </div>
      <div class="samples-list" role="group" aria-label={t("Images to pick")} onKeyDown={onKey}>
        {shown.value.map((index) => (
          <button
            key={index}
            type="button"
            aria-pressed={index === sample.value && !isPadOpen.value}
            tabIndex={index === (shown.value.includes(sample.value) ? sample.value : shown.value[0]) ? 0 : -1}
            aria-label={t("Image {index}, labelled {name}", { index, name: nameOf(index) })}
            onClick={() => pickImage(index)}
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
        {!isEnlarged.value && <StepButton by={-1} />}
        <span>{enlargedName.value || t("labelled {name}", { name: truth.value })}</span>
        {!isEnlarged.value && <StepButton by={1} />}
      </figcaption>
    </figure>
  );
}

/** To the image before or after the picked one. */
export function StepButton({ by }: { by: -1 | 1 }) {
  const step = () => {
    const next = shown.value.at((shown.value.indexOf(sample.value) + by) % shown.value.length);
    if (next !== undefined) pickImage(next);
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
