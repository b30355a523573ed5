// The object graph, drawing a map of every neuron as bytes, one point at a time.
import { forward, graphOf } from "./object_graph.mjs";
import { compete } from "./task.mjs";

const REACH = 3;

/** Every node's output at every cell. */
function mapsOf(layers, cells) {
  const nodes = layers.slice(1).flat();
  const maps = nodes.map(() => Array.from({ length: cells }, () => new Array(cells)));
  const scale = (cell) => ((cell + 0.5) / cells) * 2 * REACH - REACH;
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      forward(layers, [scale(j), -scale(i)]);
      for (let n = 0; n < nodes.length; n++) maps[n][i][j] = nodes[n].output;
    }
  }
  return maps;
}

/** −1..1 as bytes, as the page turns them into colours. */
function asBytes(map) {
  const cells = map.length;
  const bytes = new Uint8Array(cells * cells);
  for (let i = 0; i < cells; i++) for (let j = 0; j < cells; j++) bytes[i * cells + j] = (map[i][j] + 1) * 127.5 + 0.5;
  return bytes;
}

function enter(task) {
  const layers = graphOf(task.weights);
  return {
    turn() {
      for (let i = 0; i < task.work; i++) mapsOf(layers, task.cells).map(asBytes);
    },
    check() {
      const maps = mapsOf(layers, task.cells).map((map) => Array.from(asBytes(map)));
      return task.weights.map((block) => maps.splice(0, block.length));
    },
  };
}

await compete(enter);
