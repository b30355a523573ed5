/** What opens over a layer: its settings, and the choice of a layer to add. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Graph } from "../draw/graph.ts";
import { Family, Typed, type ControlProps } from "../form/controls.tsx";
import { Fields } from "../form/fields.tsx";
import { Icon } from "../icons.tsx";
import type { Member } from "../form/schema.ts";
import { addUnits, insertLayer, isFull, kinds, LAYERS, layers, mayStandAt, removeLayer } from "./layerlist.ts";
import { shape, spoken } from "./shape.ts";
import { ENGLISH, language, t } from "../language.ts";

/** What is open: the settings of the layer at a place, or the choice of one to put there. "" is nothing. */
export const opened = signal("");

export const settingsAt = (place: number): string => `layer.${place}`;
export const choiceAt = (place: number): string => `add.${place}`;

const WIDTH = 304;
const EDGE = 6;
/** From the top of the graph to where a popover begins, and below it. */
const ABOVE = 84;

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

/** Close what is open, and give the focus back to what opened it. */
function close(): void {
  const [, place] = opened.value.split(".");
  const opener = [opened.value, settingsAt(Number(place))]
    .map((what) => document.querySelector<HTMLElement>(`[data-opens="${what}"]`))
    .find((element) => element !== null);
  opened.value = "";
  opener?.focus();
}

interface PopoverProps {
  readonly graph: Graph;
  /** The column that it belongs to, or stands before. */
  readonly middle: number;
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Stands below what it belongs to, as far as the graph's sides let it. */
function Popover({ graph, middle, label, children }: PopoverProps) {
  const self = useRef<HTMLDivElement>(null);
  useEffect(() => self.current?.scrollIntoView({ block: "nearest" }), []);
  const reach = WIDTH / 2 + EDGE;
  const shift = Math.max(reach - middle, Math.min(0, graph.width - reach - middle));
  const place = graph.isDown ? {} : { marginLeft: `${shift}px`, maxHeight: `${graph.height - ABOVE}px` };
  return (
    <div
      class="popover"
      ref={self}
      role="group"
      aria-label={label}
      style={{ width: `${WIDTH}px`, ...place }}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <span class="popover-title">
        <b>{label}</b>
        <button type="button" class="button square small" aria-label={t("Close")} onClick={close}>
          <Icon name="close" />
        </button>
      </span>
      {children}
    </div>
  );
}

interface PlaceProps {
  readonly place: number;
  readonly graph: Graph;
  readonly middle: number;
}

/** All settings of the hidden layer at a place, or of the output; and layers to add before it where no plus stands. */
export function Settings({ place, graph, middle }: PlaceProps) {
  const isOutput = place === layers().length;
  return (
    <Popover label={shape.value.names[place] ?? ""} graph={graph} middle={middle}>
      {isOutput ? (
        <div class="settings">
          <Family path="output" label={t("Activation")} />
        </div>
      ) : (
        <Fields path={`${LAYERS}.${place}`} own={{ units: Units }} />
      )}
      {!graph.hasPlus[place + 1] && !isFull() && (
        <button type="button" class="button outlined small" onClick={() => (opened.value = choiceAt(place))}>
          {t("Add a layer before")}
        </button>
      )}
      {!isOutput && (
        <button
          type="button"
          class="button outlined small"
          onClick={() => {
            close();
            removeLayer(place);
          }}
        >
          {t("Remove this layer")}
        </button>
      )}
    </Popover>
  );
}

/** Every kind of layer that may stand at a place, with what it is for. */
export function Choice({ place, graph, middle }: PlaceProps) {
  const add = (member: Member) => {
    close();
    insertLayer(place, member);
  };
  return (
    <Popover label={additionName(place)} graph={graph} middle={middle}>
      {kinds
        .filter((member) => mayStandAt(place, member))
        .map((member) => (
          <button key={member.kind} type="button" class="kind" onClick={() => add(member)}>
            <b>{t(member.schema.title ?? member.kind)}</b>
            <span>{firstSentence(t(member.schema.description ?? ""))}</span>
          </button>
        ))}
    </Popover>
  );
}

function firstSentence(text: string): string {
  return /^[^]*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}

function additionName(place: number): string {
  return t("Add a layer before {layer}", { layer: inSentence(place) });
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
