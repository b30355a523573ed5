/** What a layer is set with: what opens its settings, its name in a sentence, and how many neurons it has. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Typed, type ControlProps } from "../form/controls.tsx";
import { Icon } from "../icons.tsx";
import { ENGLISH, language, t } from "../language.ts";
import { addUnits, layers } from "./layerlist.ts";
import { shape, spoken } from "./shape.ts";

/** What is open: the settings of the layer at a place, or the choice of one to put there. "" is nothing. */
export const opened = signal("");

export const settingsAt = (place: number): string => `layer.${place}`;
export const choiceAt = (place: number): string => `add.${place}`;

/** A button that opens something, and closes it. */
export function Opener({
  what,
  label,
  class: name,
  children,
  ...rest
}: {
  what: string;
  label: string;
  class: string;
  title?: string;
  disabled?: boolean;
  children: ComponentChildren;
}) {
  const isOpen = opened.value === what;
  return (
    <button
      type="button"
      class={name}
      aria-expanded={isOpen}
      aria-label={label}
      data-opens={what}
      onClick={() => (opened.value = isOpen ? "" : what)}
      {...rest}
    >
      {children}
    </button>
  );
}

export function insertionName(place: number): string {
  return t("Insert a layer before {layer}", { layer: inSentence(place) });
}

/** A layer's name in the middle of a sentence: "hidden layer 1", "the output". */
export function inSentence(place: number): string {
  if (place === layers().length) return t("the output");
  const name = spoken(shape.value.names[place] ?? "");
  return language === ENGLISH ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

/** How many neurons a layer has, to type or to change by one. */
export function Units({ path, schema, id }: ControlProps) {
  const place = Number(path.split(".").at(-2));
  const layer = inSentence(place);
  return (
    <span class="stepper" role="group" aria-label={t("Neurons in {layer}", { layer })}>
      <button
        type="button"
        aria-label={t("Remove a neuron from {layer}", { layer })}
        onClick={() => addUnits(place, -1)}
      >
        <Icon name="minus" />
      </button>
      <Typed path={path} schema={schema} id={id} label={t("Neurons in {layer}", { layer })} isBeside />
      <button type="button" aria-label={t("Add a neuron to {layer}", { layer })} onClick={() => addUnits(place, 1)}>
        <Icon name="plus" />
      </button>
    </span>
  );
}
