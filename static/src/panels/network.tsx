/** What is inside: every neuron with what it sees, every weight as a line. */
import { computed, effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Edge } from "../draw/edges.ts";
import type { Graph } from "../draw/graph.ts";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { connection, frame, hasPatterns, isDiverged, problems, scene, type Scene } from "../store.ts";
import { edit, isEditing } from "./edits.ts";
import { FormulaBar } from "./formulabar.tsx";
import { isWide } from "./layerlist.ts";
import { opened, settingsAt } from "./layersettings.tsx";
import { isMove, LayerControls } from "./layers.tsx";
import { later } from "./later.tsx";
import { edgeAt, edgesOf, lineDrawer, MOST_EDGES, STRONGEST_EDGES } from "./lines.ts";
import { Narrator } from "./narrator.tsx";
import { drawInputs, drawNeurons, markBiases, MoreUnits, Tile, type Marks } from "./neurons.tsx";
import { hoveredEdge } from "./regard.ts";
import { graph, reached, shape, size, type Shape } from "./shape.ts";

/** From the tiles to the ring around a layer. */
const RING_ROOM = 7;

const NeuronEditor = later(async () => (await import("./neuroneditor.tsx")).NeuronEditor);

export function Network() {
  const room = useRef<HTMLDivElement>(null);
  const problem = Object.entries(problems.value).find(
    ([field]) => /^(network|output)/.test(field) && !field.startsWith("network.initializer") && !isSaidBeside(field),
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
          {told(problem)}
        </p>
      )}
      <div class={connection.value.state === "lost" ? "graph frozen" : "graph"} ref={room}>
        {size.value.width > 0 && <Drawn graph={graph.value} shape={shape.value} />}
      </div>
      {isEditing.value && <NeuronEditor />}
      <FormulaBar />
    </>
  );
}

/** Whether the layer is open that a problem is about: then it stands beside its setting. */
function isSaidBeside(field: string): boolean {
  const place = placeOf(field);
  return place !== null && opened.value === settingsAt(place);
}

/** The place of the layer one of whose settings a field is. */
function placeOf(field: string): number | null {
  const [, place] = /^network\.layers\.(\d+)\./.exec(field) ?? [];
  return place === undefined ? null : Number(place);
}

/** A problem, with the layer's name before it. */
function told([field, problem]: readonly [string, string]): string {
  const name = shape.value.names[placeOf(field) ?? -1];
  return name ? `${name}: ${t(problem)}` : t(problem);
}

/** One drawn graph; another structure or another size makes another. */
function Drawn({ graph, shape }: { graph: Graph; shape: Shape }) {
  const lines = useRef<SVGSVGElement>(null);
  const board = useRef<HTMLCanvasElement>(null);
  const marks = useRef<Marks>(new Map());
  const edges = edgesOf(graph, shape);
  useEffect(() => {
    const stops = [
      effect(() => drawInputs(marks.current, shape)),
      effect(() => drawNeurons(board.current, graph)),
      effect(() => markBiases(marks.current)),
      effect(lineDrawer(lines.current, graph, edges, shape)),
    ];
    return () => stops.forEach((stop) => stop());
  }, [graph, shape]);
  return (
    <div
      class={`plan${graph.isDown ? " down" : ""}${hoveredEdge.value ? " over-edge" : ""}`}
      style={{ height: `${graph.height}px` }}
      onKeyDown={(event) => onKey(event, shape, graph)}
      onPointerMove={(event) => (hoveredEdge.value = edgeUnder(event, shape, graph))}
      onPointerLeave={() => (hoveredEdge.value = null)}
      onClick={(event) => {
        const edge = edgeUnder(event, shape, graph);
        if (edge) edit({ layer: edge.layer, unit: edge.to }, shape.isNarrow[edge.layer - 1] ? 0 : edge.from);
      }}
    >
      <svg class={hasPatterns.value ? "edges patterned" : "edges"} ref={lines} aria-hidden="true" />
      <canvas class="board" ref={board} style={{ width: `${graph.width}px`, height: `${graph.height}px` }} />
      <LayerControls graph={graph} shape={shape} />
      {graph.columns.map((column, layer) =>
        column.map((place, unit) => (
          <Tile
            key={`${layer}.${unit}`}
            layer={layer}
            unit={unit}
            shape={shape}
            place={place}
            marks={marks.current}
            isDown={graph.isDown}
          />
        )),
      )}
      {graph.hidden.map(
        (count, layer) => count > 0 && <MoreUnits key={layer} count={count} graph={graph} layer={layer} />,
      )}
      <Cause graph={graph} />
      {edges.length > MOST_EDGES && <p class="edge-count">{edgeCount(graph, edges.length)}</p>}
    </div>
  );
}

/** Where training broke, as the server names the layer; "" where it did not, or in none. */
const brokenLayer = computed(() => (isDiverged.value ? (frame.value?.divergence?.layer ?? "") : ""));

/** A ring around the layer where training broke. What it shows is in words above. */
function Cause({ graph: { columns, isDown } }: { graph: Graph }) {
  const layer = scene.value?.layers.findIndex(({ name }) => name === brokenLayer.value) ?? -1;
  const places = layer < 0 ? [] : (columns[layer + 1] ?? []);
  const [first, last] = [places[0], places.at(-1)];
  if (!first || !last) return null;
  const half = first.size / 2 + RING_ROOM;
  const style = {
    left: `${first.x - half}px`,
    top: `${first.y - half}px`,
    width: `${(isDown ? last.x - first.x : 0) + 2 * half}px`,
    height: `${(isDown ? 0 : last.y - first.y) + 2 * half}px`,
  };
  return <i class="cause" style={style} />;
}

/** The weight whose line is under the pointer, where no control lies over it. */
function edgeUnder(event: MouseEvent & { currentTarget: HTMLElement }, shape: Shape, graph: Graph): Edge | null {
  return event.target === event.currentTarget ? edgeAt(graph, shape, event.offsetX, event.offsetY) : null;
}

/** How many of the network's edges are drawn, and which. */
function edgeCount(graph: Graph, shown: number): string {
  const isWhole = graph.hidden.every((count) => count === 0);
  const all = scene.value?.layers.reduce((sum, layer) => sum + edgesInto(layer), 0) ?? shown;
  const values = { shown: format.count(Math.min(shown, STRONGEST_EDGES)), count: format.count(all) };
  return isWhole
    ? t("{shown} of {count} edges: the strongest", values)
    : t("{shown} of {count} edges: the strongest between the neurons shown", values);
}

/** The weights of a layer without its biases, or a line for each neuron of one that has no weights. */
function edgesInto({ kind, parameters, units }: Scene["layers"][number]): number {
  return isWide(kind) ? parameters - units : units;
}

const KEYS = /^(Arrow\w+|[-+c]|Escape|Insert|Delete)$/;

/** What the keys do on a neuron is fetched when the first of them comes. */
function onKey(event: KeyboardEvent, shape: Shape, graph: Graph): void {
  if (isMove(event, reached.value.layer - 1, graph.isDown)) return;
  const isOnNeuron = event.target instanceof HTMLElement && event.target.dataset["neuron"];
  if (!isOnNeuron || !KEYS.test(event.key)) return;
  if (event.key.startsWith("Arrow")) event.preventDefault();
  void import("./neuronkeys.ts").then(
    ({ press }) => press(event, shape, graph),
    () => {},
  );
}
