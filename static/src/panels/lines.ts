/** The weights as lines: laid once for a structure, coloured at every frame. */
import { distanceTo, edgePath, strongest, styleEdge, type Edge } from "../draw/edges.ts";
import type { Graph } from "../draw/graph.ts";
import { shortcutPath } from "../draw/shortcut.ts";
import { frame, scene, type Frame, type Neuron } from "../store.ts";
import { hasWeights, isMapped } from "./formula.ts";
import { given } from "./given.ts";
import { hoveredEdge, isSame, regarded } from "./regard.ts";
import type { Shape } from "./shape.ts";

/** Beyond this many lines only the strongest are drawn. */
export const MOST_EDGES = 600;
export const STRONGEST_EDGES = 400;
const RESELECT_MS = 500;

/** How near to a line the pointer must be. */
const REACH = 6;

/** How strong a line is that carries a value as it is. */
const PLAIN = 0.5;

/** The lines that are drawn now. */
let shownEdges: readonly Edge[] = [];

/** The weight whose line is nearest to a place in the graph; null where none is near. */
export function edgeAt(graph: Graph, shape: Shape, x: number, y: number): Edge | null {
  let [found, least]: [Edge | null, number] = [null, REACH];
  for (const edge of shownEdges) {
    const from = graph.columns[edge.layer - 1]?.[edge.from];
    const to = graph.columns[edge.layer]?.[edge.to];
    const distance = from && to ? distanceTo(from, to, graph.isDown, x, y) : Infinity;
    if (distance < least && isSettable(edge, shape)) [found, least] = [edge, distance];
  }
  return found;
}

/** Whether a line is a weight or a gain of its own. */
function isSettable(edge: Edge, shape: Shape): boolean {
  return !isBundle(edge, shape) && hasWeights(edge.layer);
}

/** All lines between neighbours that have a place. */
export function edgesOf(graph: Graph, shape: Shape): Edge[] {
  return graph.columns.slice(1).flatMap((column, i) =>
    column.flatMap((_, to) =>
      (graph.columns[i] ?? []).flatMap((__, from): Edge[] => {
        const edge = { layer: i + 1, from, to };
        return from === to || !isStraight(edge, shape) ? [edge] : [];
      }),
    ),
  );
}

function newPath(): SVGPathElement {
  return document.createElementNS("http://www.w3.org/2000/svg", "path");
}

/** The ways around layers, which stand still. */
function shortcutsOf(graph: Graph): SVGPathElement[] {
  return graph.lanes.map((lane) => {
    const path = newPath();
    path.setAttribute("class", "shortcut");
    path.setAttribute(
      "d",
      shortcutPath(lane, graph.columns[lane.from] ?? [], graph.columns[lane.to] ?? [], graph.isDown),
    );
    return path;
  });
}

/** Lays the lines once and returns what colours them at every frame. */
export function lineDrawer(svg: SVGSVGElement | null, graph: Graph, edges: readonly Edge[], shape: Shape): () => void {
  const length = edges.length > MOST_EDGES ? STRONGEST_EDGES : edges.length;
  const paths = Array.from({ length }, newPath);
  svg?.replaceChildren(...paths, ...shortcutsOf(graph));
  const lay = (path: SVGPathElement, edge: Edge | undefined) => {
    const from = edge && graph.columns[edge.layer - 1]?.[edge.from];
    const to = edge && graph.columns[edge.layer]?.[edge.to];
    if (from && to) path.setAttribute("d", edgePath(from, to, graph.isDown));
  };
  let drawn = edges.slice(0, paths.length);
  let selectedAt = -Infinity;
  let selectedFor: Neuron | null = null;
  paths.forEach((path, i) => lay(path, drawn[i]));
  return () => {
    const now = frame.value;
    if (!now || !Object.hasOwn(now.arrays, lastWeights(shape)) || now.scene !== scene.value?.scene) return;
    const looked = regarded.value;
    const isDue = performance.now() - selectedAt > RESELECT_MS || !isSame(looked, selectedFor);
    if (edges.length > paths.length && isDue) {
      selectedAt = performance.now();
      selectedFor = looked;
      const isAlways = (edge: Edge) => isStraight(edge, shape) || isOf(edge, looked);
      const strengths = edges.map((edge) => (isAlways(edge) ? Infinity : strengthOf(now, edge, shape)));
      drawn = strongest(strengths, paths.length).flatMap((i) => edges[i] ?? []);
      paths.forEach((path, i) => lay(path, drawn[i]));
    }
    shownEdges = drawn;
    const under = hoveredEdge.value;
    paths.forEach((path, i) => {
      const edge = drawn[i];
      if (!edge) return;
      const marks = (edge === under ? " under" : "") + (looked && !isOf(edge, looked) ? " apart" : "");
      styleEdge(path, strengthOf(now, edge, shape), isWeight(now, edge, shape), marks);
    });
  };
}

/** The output has weights whatever comes before it. */
function lastWeights(shape: Shape): string {
  return `weights/${shape.units.length - 1}`;
}

/** Whether a line comes to a neuron or leaves it; those of the one that is looked at stand out. */
function isOf(edge: Edge, looked: Neuron | null): boolean {
  return (
    (edge.layer === looked?.layer && edge.to === looked.unit) ||
    (edge.layer - 1 === looked?.layer && edge.from === looked.unit)
  );
}

/** The weight of a line, or its gain; an image's one line carries how strongly the neuron answers to it. */
function strengthOf(now: Frame, edge: Edge, shape: Shape): number {
  if (isBundle(edge, shape)) return 2 * Math.abs(given(0)?.data[edge.to] ?? 0);
  const weights = now.arrays[`weights/${edge.layer - 1}`];
  const [units = 0, columns = 0] = weights?.shape ?? [];
  if (isStraight(edge, shape)) return weights?.data[edge.to * columns] ?? PLAIN;
  return edge.to < units && edge.from < columns - 1 ? (weights?.data[edge.to * columns + edge.from] ?? 0) : 0;
}

/** Whether a line is one weight or gain, which has a sign. */
function isWeight(now: Frame, edge: Edge, shape: Shape): boolean {
  return !isBundle(edge, shape) && !isMapped(edge.layer) && now.arrays[`weights/${edge.layer - 1}`] !== undefined;
}

/** Whether a line is the only one that reaches its neuron from the layer before. */
function isStraight(edge: Edge, shape: Shape): boolean {
  return (shape.isNarrow[edge.layer - 1] ?? false) && !isBundle(edge, shape);
}

/** Whether a line stands for all the pixels of an image. */
function isBundle(edge: Edge, shape: Shape): boolean {
  return shape.isImage && edge.layer === 1;
}
