/** The neurons: each a button with a picture of what it answers. */
import { computed, effect, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Place } from "../draw/edges.ts";
import type { Graph } from "../draw/graph.ts";
import { drawBoard, type Stack } from "../draw/board.ts";
import { drawHeat } from "../draw/heat.ts";
import * as format from "../format.ts";
import { Formula } from "../form/controls.tsx";
import { t } from "../language.ts";
import { frame, neuron, ownImage, sample, scene, type Neuron } from "../store.ts";
import type { Arrays, NamedArray } from "../wire.ts";
import { inks } from "./picture.tsx";
import { edit, isEditing } from "./edits.ts";
import { answerOf, hasWeights, weightsOf } from "./formula.ts";
import { answerGiven, given } from "./given.ts";
import { focused, hovered, isSame, lookAway } from "./regard.ts";
import { graph, reached, shape, spoken, type Shape } from "./shape.ts";
import { sharesOf } from "./shares.ts";

/** By "layer.unit": of each input its canvas, of any other neuron the dot that is its bias. */
export type Marks = Map<string, HTMLElement>;

interface TileProps extends Neuron {
  readonly shape: Shape;
  readonly place: Place;
  readonly marks: Marks;
  readonly isDown: boolean;
}

/** It is fetched the next time. */
const ignore = () => {};

/** One neuron: what it sees, its bias as a dot, and at the output its class. */
export function Tile({ layer, unit, shape, place, marks, isDown }: TileProps) {
  const isPicked = useComputed(() => isSame(neuron.value, { layer, unit })).value;
  const isReached = useComputed(() => isSame(reached.value, { layer, unit })).value;
  const isOutput = layer === shape.units.length;
  const className = isOutput ? shape.classNames[unit] : undefined;
  const key = `${layer}.${unit}`;
  const name = neuronName(layer, unit, shape);
  const keep = (mark: HTMLElement | null) => {
    if (mark) marks.set(key, mark);
    else marks.delete(key);
  };
  const describe = (event: { currentTarget: HTMLElement }) => {
    const button = event.currentTarget;
    void import("./strongest.ts").then(({ strongestInput }) => (button.title = strongestInput(layer, unit)), ignore);
    button.setAttribute("aria-label", [name, ...numbersOf({ layer, unit })].join(", "));
  };
  return (
    <>
      {layer === 0 && !shape.isImage && <InputName name={shape.inputs[unit] ?? ""} place={place} isDown={isDown} />}
      <button
        type="button"
        class={isOutput ? "neuron output" : "neuron"}
        data-neuron={key}
        aria-label={name}
        aria-pressed={isPicked}
        {...(isPicked && hasWeights(layer) ? { "aria-expanded": isEditing.value } : {})}
        tabIndex={isReached ? 0 : -1}
        style={{ left: `${place.x}px`, top: `${place.y}px`, width: `${place.size}px`, height: `${place.size}px` }}
        onClick={() => {
          if (!isPicked) neuron.value = { layer, unit };
          else if (hasWeights(layer)) edit({ layer, unit });
          else lookAway();
        }}
        onFocus={(event) => {
          focused.value = reached.value = { layer, unit };
          describe(event);
        }}
        onBlur={() => (focused.value = null)}
        onPointerEnter={(event) => {
          if (event.pointerType !== "touch") hovered.value = { layer, unit };
          describe(event);
        }}
        onPointerLeave={() => (hovered.value = null)}
      >
        {layer > 0 ? <i class="bias" ref={keep} /> : <canvas ref={keep} />}
      </button>
      {className !== undefined && <ClassBar name={className} unit={unit} place={place} isDown={isDown} />}
    </>
  );
}

/** What an input is, as much of it as there is room for: beside its tile, or above it as far as the next one's. */
function InputName({ name, place, isDown }: Pick<TileProps, "place" | "isDown"> & { name: string }) {
  const [first, second] = graph.value.columns[0] ?? [];
  const beside = place.x - place.size / 2 - 8;
  const above = first && second ? second.x - first.x - 4 : 2 * place.size;
  const style = isDown
    ? { left: `${place.x}px`, top: `${place.y - place.size / 2 - 3}px`, maxWidth: `${above}px` }
    : { left: `${beside}px`, top: `${place.y}px`, maxWidth: `${beside - 4}px` };
  return (
    <span class="input-name" style={style} title={name}>
      <Formula text={name} />
    </span>
  );
}

/** The width of a letter, and of the bar of a class that is certain: the longest name leaves it so much or less. */
const LETTER = 7.6;
const BAR = { least: 16, most: 60, gap: 8 } as const;

function barWidth(room: number): number {
  const longest = Math.max(...shape.value.classNames.map((name) => name.length));
  return Math.max(BAR.least, Math.min(BAR.most, room - LETTER * longest - BAR.gap));
}

/** A class at the output: as much of its name as there is room for, all of it while its neuron is looked at, and for images how probable the picked one makes it. */
function ClassBar({ name, unit, place, isDown }: Pick<TileProps, "unit" | "place" | "isDown"> & { name: string }) {
  const bar = useRef<HTMLElement>(null);
  const [first, second] = graph.value.columns.at(-1) ?? [];
  const beside = place.x + place.size / 2 + 8;
  const below = first && second ? second.x - first.x - 4 : 2 * place.size;
  const room = graph.value.width - beside - 4;
  useEffect(
    () =>
      effect(() => {
        const outputs = answerGiven()?.data;
        const shares = outputs ? sharesOf(outputs) : [];
        const share = shares[unit];
        const width = share === undefined ? 0 : Math.max(2, Math.round(share * barWidth(room)));
        if (!bar.current) return;
        bar.current.style.width = `${width}px`;
        bar.current.parentElement?.classList.toggle("winner", share !== undefined && share >= Math.max(...shares));
      }),
    [unit, room],
  );
  const style = isDown
    ? { left: `${place.x}px`, top: `${place.y + place.size / 2 + 7}px`, maxWidth: `${below}px` }
    : { left: `${beside}px`, top: `${place.y}px`, maxWidth: `${room}px` };
  return (
    <span class={isDown ? "class-bar down" : "class-bar"} style={style}>
      <span class="class-name" title={name}>
        {name}
      </span>
      <i ref={bar} />
    </span>
  );
}

/** How many neurons of a long layer are not shown. */
export function MoreUnits({ count, graph, layer }: { count: number; graph: Graph; layer: number }) {
  const last = graph.columns[layer]?.at(-1);
  const before = graph.columns[layer]?.at(-2) ?? last;
  if (!last || !before) return null;
  const style = {
    left: `${last.x + (graph.isDown ? 1.5 * (last.x - before.x) : 0)}px`,
    top: `${last.y + (graph.isDown ? 0 : Math.max(last.y - before.y, last.size / 2 + 10))}px`,
  };
  return (
    <span class="more-units" style={style}>
      +{count}
    </span>
  );
}

/** What goes in: the inputs over the plane, or the picked sample, which stand still while the network learns. */
export function drawInputs(marks: Marks, shape: Shape): void {
  const arrays = scene.value?.arrays;
  const row = arrays && !shape.isImage && !arrays["input_tiles"] ? rowBytes.value : "";
  const { diverging, gray } = inks.value;
  for (const [key, canvas] of marks) {
    if (!(canvas instanceof HTMLCanvasElement)) continue;
    if (shape.isImage) drawCell(canvas, imagesNow(arrays?.["images"]), ownImage.value ? 0 : sample.value, gray);
    else if (arrays?.["input_tiles"]) drawCell(canvas, arrays["input_tiles"], unitOf(key), diverging);
    else drawHeat(canvas, [row ? row.charCodeAt(unitOf(key)) : byteOf(0)], 1, 1, diverging);
  }
}

/** What the network is given of the picked row, a character for each input: another only where the row is. */
const rowBytes = computed(() => {
  const inputs = given("inputs")?.data ?? [];
  return Array.from(inputs, (value) => String.fromCharCode(byteOf(value))).join("");
});

/** The image that somebody draws, or all samples. */
function imagesNow(samples: NamedArray | undefined): NamedArray | undefined {
  const own = ownImage.value;
  return own && samples ? { shape: samples.shape.with(0, 1), data: own.pixels } : samples;
}

/** One picture of a stack of them. */
function drawCell(canvas: HTMLCanvasElement, stack: NamedArray | undefined, index: number, palette: Uint32Array): void {
  const [pictures = 0, rows = 0, columns = 0] = stack?.shape ?? [];
  if (!stack || index >= pictures) return;
  drawHeat(canvas, stack.data.subarray(index * rows * columns, (index + 1) * rows * columns), rows, columns, palette);
}

/** The graph that is on the board. */
let onBoard: Graph | null = null;

/** What every other neuron makes of it; of a structure that has answered nothing yet, the colour of 0. */
export function drawNeurons(board: HTMLCanvasElement | null, graph: Graph): void {
  const now = frame.value;
  const isCurrent = now !== null && now.scene === scene.value?.scene;
  if (!board || (!isCurrent && onBoard === graph)) return;
  onBoard = graph;
  const arrays = isCurrent ? now.arrays : {};
  drawBoard(board, graph, inks.value.diverging, (layer, count) => stackOf(arrays, layer - 1, count));
}

/** The pictures of a layer: maps, or feature maps of the image; of one without, one colour for each neuron: its answer to what is looked at. */
function stackOf(arrays: Arrays, layer: number, count: number): Stack {
  const tiles = arrays[`tiles/${layer}`] ?? given(`${layer}/map`);
  const [, rows = 1, columns = 1] = tiles?.shape ?? [];
  if (tiles) return { bytes: tiles.data, rows, columns };
  const answers = given(layer)?.data;
  const bytes = Array.from({ length: count }, (_, unit) => byteOf(answers?.[unit] ?? 0));
  return { bytes, rows, columns };
}

/** From −1 … 1 to what the colours are numbered by. */
function byteOf(answer: number): number {
  return Math.round(128 + 127 * Math.max(-1, Math.min(1, answer)));
}

/** The dots of the biases: hollow below 0, none where a neuron has no bias. */
export function markBiases(marks: Marks): void {
  const now = frame.value;
  if (!now || now.scene !== scene.value?.scene) return;
  for (const [key, dot] of marks) {
    if (dot instanceof HTMLCanvasElement) continue;
    const weights = now.arrays[`weights/${Number.parseInt(key) - 1}`];
    const width = weights?.shape[1] ?? 0;
    const bias = weights?.data[(unitOf(key) + 1) * width - 1];
    dot.classList.toggle("none", bias === undefined);
    if (bias !== undefined) dot.classList.toggle("negative", bias < 0);
  }
}

function unitOf(key: string): number {
  return Number(key.split(".")[1]);
}

function neuronName(layer: number, unit: number, shape: Shape): string {
  if (layer === 0) return shape.isImage ? t("Input image") : t("Input {name}", { name: shape.inputs[unit] ?? "" });
  const count = shape.units[layer - 1] ?? 0;
  const activation = shape.activations[layer - 1] ?? "";
  const layerName = spoken(shape.names[layer - 1] ?? "");
  if (layer < shape.units.length)
    return t("{layer}, neuron {number} of {count}, {activation}", {
      layer: layerName,
      number: unit + 1,
      count,
      activation,
    });
  return count > 1
    ? t("Output neuron for {name}, {activation}", { name: answerName(unit, shape), activation })
    : t("Output neuron, {activation}", { activation });
}

/** What one of several outputs is for: a class, or an autoencoder's input. */
function answerName(unit: number, shape: Shape): string {
  const { task, inputs = [] } = scene.peek() ?? {};
  return task === "autoencoder" ? (inputs[unit] ?? "") : t("class {name}", { name: shape.classNames[unit] ?? unit });
}

/** What a neuron gives for the picked sample, and its bias: as of now. */
function numbersOf(looked: Neuron): string[] {
  const [answer, bias] = [answerOf(looked), looked.layer > 0 ? weightsOf(looked)?.at(-1) : undefined];
  const value = format.weight(bias);
  const constant = shape.peek().isNarrow[looked.layer - 1]
    ? t("shift {value}", { value })
    : t("bias {value}", { value });
  return [
    ...(answer === undefined ? [] : [t("output {value}", { value: format.weight(answer) })]),
    ...(bias === undefined ? [] : [constant]),
  ];
}
