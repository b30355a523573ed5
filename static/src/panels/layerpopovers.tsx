/** What opens over a layer: its settings, and the choice of a layer to add. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Graph } from "../draw/graph.ts";
import { Family } from "../form/controls.tsx";
import { Fields } from "../form/fields.tsx";
import type { Member } from "../form/schema.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import {
  insertLayer,
  isFull,
  isReached,
  kinds,
  LAYERS,
  layers,
  mayMove,
  mayStandAt,
  removeLayer,
} from "./layerlist.ts";
import { choiceAt, inSentence, opened, settingsAt, Units } from "./layersettings.tsx";
import { moveBy } from "./moving.ts";
import { shape } from "./shape.ts";

const WIDTH = 304;
const EDGE = 6;
/** From the top of the graph to where a popover begins, and below it. */
const ABOVE = 84;

/** Close what is open, and give the focus back to what opened it. */
function close(): void {
  const [, place] = opened.value.split(".");
  const opener = [opened.value, settingsAt(Number(place))]
    .map((what) => document.querySelector<HTMLElement>(`[data-opens="${what}"]`))
    .find((element) => element !== null);
  opened.value = "";
  opener?.focus();
}

/** A press elsewhere closes what is open, and Escape does, wherever the focus is. */
function closeFromOutside(): () => void {
  const onPress = ({ target }: Event) => {
    if (target instanceof Element && !target.closest(".popover, [data-opens]")) opened.value = "";
  };
  const onKey = ({ key, target }: KeyboardEvent) => {
    if (key === "Escape" && target instanceof Element && !target.closest("dialog")) close();
  };
  document.addEventListener("pointerdown", onPress);
  document.addEventListener("keydown", onKey);
  return () => {
    document.removeEventListener("pointerdown", onPress);
    document.removeEventListener("keydown", onKey);
  };
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
  useEffect(closeFromOutside, []);
  const reach = WIDTH / 2 + EDGE;
  const shift = Math.max(reach - middle, Math.min(0, graph.width - reach - middle));
  const place = graph.isDown ? {} : { marginLeft: `${shift}px`, maxHeight: `${graph.height - ABOVE}px` };
  return (
    <div class="popover" ref={self} role="group" aria-label={label} style={{ width: `${WIDTH}px`, ...place }}>
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
      {!isOutput && layers().length > 1 && (
        <span class="moves">
          <Move place={place} by={-1} />
          <Move place={place} by={1} />
        </span>
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

/** Moves the layer by one place; what is open goes along. */
function Move({ place, by }: { place: number; by: -1 | 1 }) {
  return (
    <button
      type="button"
      class="button outlined small"
      disabled={!mayMove(place, place + by)}
      onClick={() => {
        moveBy(place, by);
        opened.value = settingsAt(place + by);
      }}
    >
      {by < 0 ? t("Move earlier") : t("Move later")}
    </button>
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
          <button
            key={member.kind}
            type="button"
            class="kind"
            disabled={!isReached(place, member)}
            onClick={() => add(member)}
          >
            <b>{t(member.schema.title ?? member.kind)}</b>
            <span>
              {isReached(place, member)
                ? firstSentence(t(member.schema.description ?? ""))
                : t("Needs images: choose data of images, and let no dense layer come before.")}
            </span>
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
