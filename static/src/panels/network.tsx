/** What is inside: every neuron with what it sees, every weight as a line. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { edgePath, strongest, styleEdge, type Edge } from "../draw/edges.ts";
import { layOut, type Graph, type GraphShape } from "../draw/graph.ts";
import { drawHeat } from "../draw/heat.ts";
import * as format from "../format.ts";
import { Formula } from "../form/controls.tsx";
import { experiment, frame, neuron, problems, sample, scene, type Frame, type Neuron } from "../store.ts";
import type { NamedArray } from "../wire.ts";
import { addUnits, insertLayer, LayerControls, removeLayer } from "./layers.tsx";
import { Narrator } from "./narrator.tsx";
import { inks } from "./picture.tsx";

/** Beyond this many lines only the strongest are drawn. */
const MOST_EDGES = 600;
const STRONGEST_EDGES = 400;
const RESELECT_MS = 500;

interface Shape extends GraphShape {
  readonly names: readonly string[];
  readonly activations: readonly string[];
  readonly classNames: readonly string[];
}

const size = signal({ width: 0, height: 0 });
/** The neuron that Tab reaches; the arrow keys move it. */
const reached = signal<Neuron>({ layer: 0, unit: 0 });

/** The structure as text, so that only a real change of it builds the graph anew. */
const shapeText = computed(() => JSON.stringify(shapeNow()));
const shape = computed(() => JSON.parse(shapeText.value) as Shape);
const graph = computed(() => layOut(shape.value, size.value.width, size.value.height));

function shapeNow(): Shape {
  const world = scene.value;
  if (world) {
    return {
      inputs: world.dimensions === 0 ? [] : world.inputs,
      isImage: world.dimensions === 0,
      units: world.layers.map(({ units }) => units),
      names: world.layers.map(({ name }) => name),
      activations: world.layers.map(({ activation }) => activation),
      classNames: (world.classes ?? 0) > 2 ? world.class_names : [],
    };
  }
  const { network, output, data } = experiment.value;
  return {
    inputs: "features" in data ? data.features : ["x1"],
    isImage: false,
    units: [...network.layers.map(({ units }) => units), 1],
    names: [...network.layers.map((_, i) => `Hidden ${i + 1}`), "Output"],
    activations: [...network.layers.map(({ activation }) => activation.kind), output?.kind ?? ""],
    classNames: [],
  };
}

export function Network() {
  const room = useRef<HTMLDivElement>(null);
  const problem = Object.entries(problems.value).find(
    ([field]) => /^(network|output)/.test(field) && !field.startsWith("network.initializer"),
  );
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry?.contentRect.width)
        size.value = { width: Math.round(entry.contentRect.width), height: Math.round(entry.contentRect.height) };
    });
    if (room.current) observer.observe(room.current);
    return () => observer.disconnect();
  }, []);
  return (
    <>
      <Narrator />
      {problem && (
        <p class="problem" role="alert">
          {problem[1]}
        </p>
      )}
      <div class="graph" ref={room}>
        {size.value.width > 0 && <Drawn graph={graph.value} shape={shape.value} />}
      </div>
    </>
  );
}

type Canvases = Map<string, HTMLCanvasElement>;

/** One drawn graph; another structure or another size makes another. */
function Drawn({ graph, shape }: { graph: Graph; shape: Shape }) {
  const lines = useRef<SVGSVGElement>(null);
  const canvases = useRef<Canvases>(new Map());
  const edges = edgesOf(graph);
  useEffect(() => {
    const stopTiles = effect(() => drawTiles(canvases.current, shape));
    const drawLines = lineDrawer(lines.current, graph, edges, shape);
    const stopLines = effect(drawLines);
    return () => {
      stopTiles();
      stopLines();
    };
  }, [graph, shape]);
  return (
    <div
      class={graph.isDown ? "plan down" : "plan"}
      style={{ height: `${graph.height}px` }}
      onKeyDown={(event) => onKey(event, shape, graph)}
    >
      <svg class="edges" ref={lines} aria-hidden="true" />
      <LayerControls graph={graph} shape={shape} />
      {graph.columns.map((column, layer) =>
        column.map((place, unit) => (
          <Tile
            key={`${layer}.${unit}`}
            layer={layer}
            unit={unit}
            shape={shape}
            place={place}
            canvases={canvases.current}
            isDown={graph.isDown}
          />
        )),
      )}
      {graph.hidden.map(
        (count, layer) => count > 0 && <MoreUnits key={layer} count={count} graph={graph} layer={layer} />,
      )}
      {edges.length > MOST_EDGES && (
        <p class="edge-count">{`${STRONGEST_EDGES} of ${format.count(edges.length)} edges, the strongest`}</p>
      )}
    </div>
  );
}

interface TileProps extends Neuron {
  readonly shape: Shape;
  readonly place: { readonly x: number; readonly y: number; readonly size: number };
  readonly canvases: Canvases;
  readonly isDown: boolean;
}

function Tile({ layer, unit, shape, place, canvases, isDown }: TileProps) {
  const isPicked = neuron.value?.layer === layer && neuron.value.unit === unit;
  const isReached = reached.value.layer === layer && reached.value.unit === unit;
  const isOutput = layer === shape.units.length;
  const className = isOutput ? shape.classNames[unit] : undefined;
  const key = `${layer}.${unit}`;
  const describe = (event: { currentTarget: HTMLElement }) => {
    event.currentTarget.title = describedNumbers(layer, unit);
  };
  return (
    <>
      {layer === 0 && !shape.isImage && (
        <span class="input-name" style={{ left: `${place.x - place.size / 2 - 8}px`, top: `${place.y}px` }}>
          <Formula text={shape.inputs[unit] ?? ""} />
        </span>
      )}
      <button
        type="button"
        class={isOutput ? "neuron output" : "neuron"}
        data-neuron={key}
        aria-label={neuronName(layer, unit, shape)}
        aria-pressed={isPicked}
        tabIndex={isReached ? 0 : -1}
        style={{ left: `${place.x}px`, top: `${place.y}px`, width: `${place.size}px`, height: `${place.size}px` }}
        onClick={() => (neuron.value = isPicked ? null : { layer, unit })}
        onFocus={(event) => {
          reached.value = { layer, unit };
          describe(event);
        }}
        onPointerEnter={describe}
      >
        <canvas
          ref={(canvas) => {
            if (canvas) canvases.set(key, canvas);
            else canvases.delete(key);
          }}
        />
        {layer > 0 && <i class="bias" />}
      </button>
      {className !== undefined && <ClassBar name={className} unit={unit} place={place} isDown={isDown} />}
    </>
  );
}

/** A class at the output: its name, and for images how probable the picked one makes it. */
function ClassBar({
  name,
  unit,
  place,
  isDown,
}: {
  name: string;
  unit: number;
  place: TileProps["place"];
  isDown: boolean;
}) {
  const bar = useRef<HTMLElement>(null);
  useEffect(
    () =>
      effect(() => {
        const probabilities = frame.value && lastActivations(frame.value);
        const share = probabilities?.data[unit];
        if (!bar.current || share === undefined) return;
        bar.current.style.width = `${Math.max(2, Math.round(share * 60))}px`;
        bar.current.parentElement?.classList.toggle("winner", share >= Math.max(...(probabilities?.data ?? [])));
      }),
    [unit],
  );
  const style = isDown
    ? { left: `${place.x}px`, top: `${place.y + place.size / 2 + 10}px` }
    : { left: `${place.x + place.size / 2 + 8}px`, top: `${place.y}px` };
  return (
    <span class={isDown ? "class-bar down" : "class-bar"} style={style}>
      {name}
      <i ref={bar} />
    </span>
  );
}

function MoreUnits({ count, graph, layer }: { count: number; graph: Graph; layer: number }) {
  const last = graph.columns[layer]?.at(-1);
  const before = graph.columns[layer]?.at(-2) ?? last;
  if (!last || !before) return null;
  const style = {
    left: `${last.x + (graph.isDown ? last.x - before.x : 0)}px`,
    top: `${last.y + (graph.isDown ? 0 : last.y - before.y)}px`,
  };
  return (
    <span class="more-units" style={style}>
      +{count}
    </span>
  );
}

/** All lines between neighbours that have a place. */
function edgesOf(graph: Graph): Edge[] {
  return graph.columns
    .slice(1)
    .flatMap((column, i) =>
      column.flatMap((_, to) => (graph.columns[i] ?? []).map((__, from): Edge => ({ layer: i + 1, from, to }))),
    );
}

/** Lays the lines once and returns what colours them at every frame. */
function lineDrawer(svg: SVGSVGElement | null, graph: Graph, edges: readonly Edge[], shape: Shape): () => void {
  const paths = Array.from(
    { length: Math.min(edges.length, edges.length > MOST_EDGES ? STRONGEST_EDGES : MOST_EDGES) },
    () => document.createElementNS("http://www.w3.org/2000/svg", "path"),
  );
  svg?.replaceChildren(...paths);
  const lay = (path: SVGPathElement, edge: Edge | undefined) => {
    const from = edge && graph.columns[edge.layer - 1]?.[edge.from];
    const to = edge && graph.columns[edge.layer]?.[edge.to];
    if (from && to) path.setAttribute("d", edgePath(from, to, graph.isDown));
  };
  let drawn = edges.slice(0, paths.length);
  let selectedAt = -Infinity;
  paths.forEach((path, i) => lay(path, drawn[i]));
  return () => {
    const now = frame.value;
    if (!now || now.scene !== scene.value?.scene || !now.arrays["weights/0"]) return;
    const weights = edges.length > paths.length ? [] : drawn.map((edge) => strengthOf(now, edge, shape));
    if (edges.length > paths.length) {
      if (performance.now() - selectedAt > RESELECT_MS) {
        selectedAt = performance.now();
        drawn = strongest(
          edges.map((edge) => strengthOf(now, edge, shape)),
          paths.length,
        ).flatMap((i) => edges[i] ?? []);
        paths.forEach((path, i) => lay(path, drawn[i]));
      }
      weights.push(...drawn.map((edge) => strengthOf(now, edge, shape)));
    }
    paths.forEach((path, i) => {
      const edge = drawn[i];
      styleEdge(path, weights[i] ?? 0);
      if (edge) mark(path, edge);
    });
  };
}

/** The lines of the picked neuron stand out. */
function mark(path: SVGPathElement, edge: Edge): void {
  const picked = neuron.value;
  const isOf =
    picked &&
    ((edge.layer === picked.layer && edge.to === picked.unit) ||
      (edge.layer - 1 === picked.layer && edge.from === picked.unit));
  path.classList.toggle("apart", picked !== null && !isOf);
}

/** The weight of a line; an image's one line carries what the neuron makes of it. */
function strengthOf(now: Frame, edge: Edge, shape: Shape): number {
  if (shape.isImage && edge.layer === 1) return 2 * (now.arrays[`sample:${sample.peek()}/0`]?.data[edge.to] ?? 0);
  const weights = now.arrays[`weights/${edge.layer - 1}`];
  return weights?.data[edge.to * (weights.shape[1] ?? 0) + edge.from] ?? 0;
}

function drawTiles(canvases: Canvases, shape: Shape): void {
  const now = frame.value;
  const world = scene.value;
  const { diverging, gray } = inks.value;
  if (!world) return;
  for (const [key, canvas] of canvases) {
    const [layer = 0, unit = 0] = key.split(".").map(Number);
    if (layer === 0 && shape.isImage) drawCell(canvas, world.arrays["images"], sample.value, gray);
    else if (layer === 0) drawCell(canvas, world.arrays["input_tiles"], unit, diverging);
    else if (now?.scene === world.scene) {
      const tiles = now.arrays[`tiles/${layer - 1}`];
      if (tiles) drawCell(canvas, tiles, unit, diverging);
      else drawActivation(canvas, now.arrays[`sample:${sample.value}/${layer - 1}`], unit, diverging);
      showBias(canvas, now.arrays[`weights/${layer - 1}`], unit);
    }
  }
}

/** One picture of a stack of them. */
function drawCell(canvas: HTMLCanvasElement, stack: NamedArray | undefined, index: number, palette: Uint32Array): void {
  const [pictures = 0, rows = 0, columns = 0] = stack?.shape ?? [];
  if (!stack || index >= pictures) return;
  drawHeat(canvas, stack.data.subarray(index * rows * columns, (index + 1) * rows * columns), rows, columns, palette);
}

/** A neuron without a picture: one colour, its answer to the picked sample. */
function drawActivation(
  canvas: HTMLCanvasElement,
  activations: NamedArray | undefined,
  unit: number,
  palette: Uint32Array,
): void {
  const value = activations?.data[unit];
  if (value !== undefined) drawHeat(canvas, [Math.round(128 + 127 * Math.max(-1, Math.min(1, value)))], 1, 1, palette);
}

function showBias(canvas: HTMLCanvasElement, weights: NamedArray | undefined, unit: number): void {
  const dot = canvas.nextElementSibling;
  const width = weights?.shape[1] ?? 0;
  const bias = weights?.data[(unit + 1) * width - 1];
  if (dot && bias !== undefined) dot.classList.toggle("negative", bias < 0);
}

function lastActivations(now: Frame): NamedArray | undefined {
  return now.arrays[`sample:${sample.value}/${(scene.value?.layers.length ?? 0) - 1}`];
}

function neuronName(layer: number, unit: number, shape: Shape): string {
  if (layer === 0) return shape.isImage ? "Input image" : `Input ${shape.inputs[unit] ?? ""}`;
  const count = shape.units[layer - 1] ?? 0;
  const activation = shape.activations[layer - 1] ?? "";
  const name = shape.names[layer - 1] ?? "";
  if (layer === shape.units.length)
    return count > 1
      ? `Output neuron for class ${shape.classNames[unit] ?? unit}, ${activation}`
      : `Output neuron, ${activation}`;
  return `${name.replace("Hidden", "Hidden layer")}, neuron ${unit + 1} of ${count}, ${activation}`;
}

/** Bias and strongest input of a neuron, as of now. */
function describedNumbers(layer: number, unit: number): string {
  const weights = frame.peek()?.arrays[`weights/${layer - 1}`];
  if (!weights) return "";
  const width = weights.shape[1] ?? 0;
  const row = [...weights.data.subarray(unit * width, (unit + 1) * width)];
  const bias = row.pop() ?? 0;
  const from = row.reduce((best, weight, i) => (Math.abs(weight) > Math.abs(row[best] ?? 0) ? i : best), 0);
  const source =
    layer === 1 ? (scene.peek()?.inputs[from] ?? "") : `${scene.peek()?.layers[layer - 2]?.name ?? ""}.${from + 1}`;
  return `bias ${format.number(bias)}\nstrongest: from ${source}, ${format.number(row[from])}`;
}

function onKey(event: KeyboardEvent, shape: Shape, graph: Graph): void {
  const { layer, unit } = reached.value;
  if (!(event.target instanceof HTMLElement) || !event.target.dataset["neuron"]) return;
  const [alongX, alongY] = [
    Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft"),
    Number(event.key === "ArrowDown") - Number(event.key === "ArrowUp"),
  ];
  const [layers, units] = graph.isDown ? [alongY, alongX] : [alongX, alongY];
  if (layers || units) moveTo(event, graph, layer + layers, unit + units);
  else if (event.key === "Escape") neuron.value = null;
  else if (event.key === "+" && layer > 0 && layer < shape.units.length) addUnits(layer - 1, 1);
  else if ((event.key === "-" || event.key === "−") && layer > 0 && layer < shape.units.length) addUnits(layer - 1, -1);
  else if (event.key === "Insert") insertLayer(Math.min(layer, shape.units.length - 1));
  else if (event.key === "Delete" && layer > 0 && layer < shape.units.length) removeLayer(layer - 1);
}

function moveTo(event: KeyboardEvent, graph: Graph, layer: number, unit: number): void {
  event.preventDefault();
  const column = Math.max(0, Math.min(graph.columns.length - 1, layer));
  const place = Math.max(0, Math.min((graph.columns[column]?.length ?? 1) - 1, unit));
  const next = document.querySelector<HTMLElement>(`[data-neuron="${column}.${place}"]`);
  next?.focus();
}

/** Keep the reached neuron inside the network when it shrinks. */
effect(() => {
  const { layer, unit } = reached.peek();
  const shown = graph.value.columns;
  const column = Math.min(layer, shown.length - 1);
  const last = (shown[column]?.length ?? 1) - 1;
  if (column !== layer || unit > last) reached.value = { layer: column, unit: Math.min(unit, last) };
  const picked = neuron.peek();
  if (picked && picked.unit >= (shown[picked.layer]?.length ?? 0)) neuron.value = null;
});
