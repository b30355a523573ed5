/** What stands over the columns: each layer's name and its commonest settings, and a plus where another one fits. */
import type { Graph } from "../draw/graph.ts";
import { FamilyChoice, shortText } from "../form/controls.tsx";
import { settingsOf } from "../form/fields.tsx";
import { schemaAt, type Schema } from "../form/schema.ts";
import { hides } from "../hide.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { valueAt } from "../path.ts";
import { computed } from "@preact/signals";
import { catalogue, experiment, isReadOnly, problems, scene } from "../store.ts";
import { isFixed, isFull, layers, LAYERS, memberOfKind, numberOf, removeLayer } from "./layerlist.ts";
import { later } from "./later.tsx";
import { choiceAt, inSentence, insertionName, opened, Opener, settingsAt, Units } from "./layersettings.tsx";
import type { Shape } from "./shape.ts";

const WIDEST_FOLDED = 100;
const NAME_GAP = 8;
/** The space before a layer's number, at which its name is not broken; over a column one of a single word may be. */
const NUMBER = / (?=\d+$)/;
const NUMBER_OF_TWO_WORDS = /(?<= \S+) (?=\d+$)/;

const Settings = later(async () => (await import("./layerpopovers.tsx")).Settings);
const Choice = later(async () => (await import("./layerpopovers.tsx")).Choice);

interface LayersProps {
  readonly graph: Graph;
  readonly shape: Shape;
}

/** A head for each column, and a plus between each two. */
export function LayerControls({ graph, shape }: LayersProps) {
  return (
    <>
      {graph.middles.map((_, column) => (
        <Head key={column} column={column} graph={graph} shape={shape} />
      ))}
      {graph.middles.map(
        (_, column) =>
          graph.hasPlus[column] &&
          !isFixed.value && (
            <Plus
              key={column}
              column={column}
              graph={graph}
              aside={ASIDE * (Number(isNarrow(shape, column)) - Number(isNarrow(shape, column - 1)))}
            />
          ),
      )}
    </>
  );
}

function Head({ column, graph, shape }: LayersProps & { column: number }) {
  const last = graph.middles.length - 1;
  const middle = graph.middles[column] ?? 0;
  const place = column - 1;
  const isFolded = graph.controls === "folded" || isNarrow(shape, column);
  const room = { width: `${Math.min(WIDEST_FOLDED, (graph.rooms[column] ?? 0) - NAME_GAP)}px` };
  const style = graph.isDown ? { top: `${middle}px` } : { left: `${middle}px`, ...(isFolded ? room : {}) };
  const here = { place, graph, middle };
  return (
    <div
      class={`layer ${isFolded ? "folded" : graph.controls}${column === last ? " last" : ""}`}
      style={style}
      onKeyDown={(event) => isMove(event, place, graph.isDown)}
    >
      {column === 0 ? (
        <InputHead shape={shape} />
      ) : (column === last ? hides("output") || isReadOnly.value : isFixed.value) ? (
        <FixedHead place={place} name={shape.names[place] ?? ""} />
      ) : isFolded ? (
        <FoldedHead column={column} graph={graph} shape={shape} />
      ) : column === last ? (
        <OutputHead place={place} />
      ) : (
        <HiddenHead place={place} name={shape.names[place] ?? ""} />
      )}
      {column > 0 && opened.value === settingsAt(place) && <Settings {...here} />}
      {column > 0 && !graph.hasPlus[column] && opened.value === choiceAt(place) && <Choice {...here} />}
    </div>
  );
}

function isNarrow(shape: Shape, column: number): boolean {
  return shape.isNarrow[column - 1] ?? false;
}

/** A layer's name, to take it by and move it. */
function LayerName({ place, title = "", children }: { place: number; title?: string; children: string }) {
  if (isFixed.value || layers().length < 2 || place === layers().length) return <b title={title}>{children}</b>;
  return (
    <b
      class="movable"
      title={`${title}\n${t("Drag it, or press Alt and an arrow key, to move the layer.")}`.trim()}
      onPointerDown={(event) => {
        const name = event.currentTarget;
        if (event.button === 0) void moving().then(({ hold }) => hold(name, event, place));
      }}
    >
      {children}
    </b>
  );
}

const moving = () => import("./moving.ts");

/** Alt and an arrow key along the way of the signal move a layer. Returns whether it was that. */
export function isMove(event: KeyboardEvent, place: number, isDown: boolean): boolean {
  const [back, forth] = isDown ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const by = Number(event.key === forth) - Number(event.key === back);
  if (!event.altKey || !by || !layers()[place]) return false;
  event.preventDefault();
  event.stopPropagation();
  void moving().then(({ moveBy }) => moveBy(place, by));
  return true;
}

/** How far a plus stands towards a narrow layer, whose name is the shorter one. */
const ASIDE = 7;

/** Offers a layer before a column. */
function Plus({ column, graph, aside }: { column: number; graph: Graph; aside: number }) {
  const middle = ((graph.middles[column] ?? 0) + (graph.middles[column - 1] ?? 0)) / 2 + aside;
  const place = column - 1;
  return (
    <div class="inserter" style={{ left: `${middle}px` }}>
      <Opener what={choiceAt(place)} class="insert" label={insertionName(place)} disabled={isFull()}>
        <Icon name="plus" />
      </Opener>
      {opened.value === choiceAt(place) && <Choice place={place} graph={graph} middle={middle} />}
    </div>
  );
}

const pixels = computed(() => {
  const [, height = 0, width = 0] = scene.value?.arrays["images"]?.shape ?? [];
  return t("{height} × {width} pixels", { height, width });
});

function InputHead({ shape }: { shape: Shape }) {
  return (
    <>
      <b>{shape.isImage || shape.inputs.length === 1 ? t("Input") : t("Inputs")}</b>
      {shape.isImage && <span class="quiet">{pixels.value}</span>}
    </>
  );
}

/** A layer that the address does not let be changed: only what it is. */
function FixedHead({ place, name }: { place: number; name: string }) {
  return (
    <>
      <b>{name}</b>
      <span class="quiet">{commonest(place, false)}</span>
    </>
  );
}

/** A layer whose controls have room: what it has besides them is behind one button more. */
function HiddenHead({ place, name }: { place: number; name: string }) {
  const path = `${LAYERS}.${place}`;
  const [activation, units] = ["activation", "units"].map((field) =>
    schemaAt(catalogue.schema, experiment.value, `${path}.${field}`),
  );
  const where = inSentence(place);
  const isAll = settingsOf(path).length === 2 && settingsOf(`${path}.activation`).length === 0;
  return (
    <>
      <span class="layer-title">
        <MoreSettings place={place} isNeeded={!isAll} />
        <LayerName place={place}>{name}</LayerName>
        <RemoveLayer place={place} />
      </span>
      <span class="layer-controls">
        {activation && !hides(`${path}.activation`) && (
          <FamilyChoice
            path={`${path}.activation`}
            schema={activation}
            id={`set-activation-${place}`}
            label={t("Activation of {layer}", { layer: where })}
            isNamed
          />
        )}
        {units && !hides(`${path}.units`) && (
          <Units path={`${path}.units`} schema={units} id={`set-units-${place}`} label={t("Units")} />
        )}
      </span>
    </>
  );
}

function OutputHead({ place }: { place: number }) {
  const schema = schemaAt(catalogue.schema, experiment.value, "output");
  return (
    <>
      <span class="layer-title">
        <MoreSettings place={place} isNeeded={settingsOf("output").length > 0} />
        <b>{t("Output")}</b>
        <i class="aside" />
      </span>
      <span class="layer-controls wide">
        {schema && experiment.value.output && (
          <FamilyChoice
            path="output"
            schema={schema}
            id="set-output"
            label={t("Activation of {layer}", { layer: t("the output") })}
            isNamed
          />
        )}
      </span>
    </>
  );
}

/** Opens the settings that have no place over the column. */
function MoreSettings({ place, isNeeded }: { place: number; isNeeded: boolean }) {
  if (!isNeeded) return <i class="aside" />;
  const whose = place === layers().length ? t("the output") : inSentence(place);
  return (
    <Opener
      what={settingsAt(place)}
      class="aside"
      label={t("More settings of {layer}", { layer: whose })}
      title={t("More settings")}
    >
      <Icon name="settings" />
    </Opener>
  );
}

/** A name, and a button that says the commonest setting and opens them all. */
function FoldedHead({ column, graph, shape }: LayersProps & { column: number }) {
  const place = column - 1;
  const isOutput = column === graph.middles.length - 1;
  const name = shape.names[place] ?? "";
  const isTight = !isOutput && (graph.isTight[column] ?? false);
  const isWrong = Object.keys(problems.value).some((field) => field.startsWith(`${LAYERS}.${place}.`));
  const whose = isOutput ? t("the output") : inSentence(place);
  return (
    <>
      <LayerName place={place} title={t(memberOfKind(layers()[place]?.kind)?.schema.description ?? "")}>
        {isTight ? initials(name) : name.replace(graph.isDown ? NUMBER : NUMBER_OF_TWO_WORDS, "\u00a0")}
      </LayerName>
      <Opener
        what={settingsAt(place)}
        class={`button outlined small${isWrong ? " wrong" : ""}${isTight ? " tight" : ""}`}
        label={t("{setting}, edit {layer}", { setting: spokenSetting(place), layer: whose })}
      >
        {commonest(place, isTight)}
      </Opener>
    </>
  );
}

/** "Batch norm 1" as "BN1". */
function initials(name: string): string {
  const words = name.split(" ");
  return [...words.slice(0, -1).map((word) => word.charAt(0).toUpperCase()), words.at(-1)].join("");
}

/** What there is to say of a layer in a few letters: "8 × tanh", "20%". */
function commonest(place: number, isTight: boolean): string {
  const path = place === layers().length ? "output" : `${LAYERS}.${place}`;
  const units = numberOf(layers()[place], "units");
  const wanted = valueAt(experiment.value, path === "output" ? "output.kind" : `${path}.activation.kind`);
  const activation = String(wanted ?? scene.value?.layers[place]?.activation ?? "…"); // a wish may leave it open
  if (units !== undefined) return isTight ? String(units) : `${units} × ${shortText(activation, {}, false)}`;
  if (path === "output") return shortText(activation, {}, false);
  const [name, schema] = firstSetting(place);
  return schema ? shortText(valueAt(experiment.value, `${path}.${name}`), schema, !isTight) : "…";
}

function firstSetting(place: number): [string, Schema] | [] {
  return settingsOf(`${LAYERS}.${place}`).find(([, { rare }]) => !rare) ?? [];
}

/** The same to read aloud: "8 × tanh", "Rate 20%". */
function spokenSetting(place: number): string {
  const isNamed = place < layers().length && numberOf(layers()[place], "units") === undefined;
  const [, schema] = isNamed ? firstSetting(place) : [];
  return [schema?.title && t(schema.title), commonest(place, false)].filter(Boolean).join(" ");
}

function RemoveLayer({ place }: { place: number }) {
  return (
    <button
      type="button"
      class="aside remove"
      aria-label={t("Remove {layer}", { layer: inSentence(place) })}
      title={t("Remove this layer")}
      onClick={() => removeLayer(place)}
    >
      <Icon name="close" />
    </button>
  );
}
