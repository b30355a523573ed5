// A network as a graph of node and link objects, drawn one point at a time: the way of TensorFlow Playground's page.
// Written for this comparison after that published design; none of its code is used.
import { createInterface } from "node:readline";

const CELLS = 100;
const REACH = 3;

class Node {
  constructor(bias) {
    this.bias = bias;
    this.inputs = [];
    this.output = 0;
  }

  update() {
    let total = this.bias;
    for (let i = 0; i < this.inputs.length; i++) {
      const link = this.inputs[i];
      total += link.weight * link.source.output;
    }
    this.output = Math.tanh(total);
    return this.output;
  }
}

class Link {
  constructor(source, weight) {
    this.source = source;
    this.weight = weight;
  }
}

function graphOf(weights) {
  const layers = [weights[0][0].slice(0, -1).map(() => new Node(0))];
  for (const block of weights) {
    const before = layers.at(-1);
    layers.push(
      block.map((row) => {
        const node = new Node(row.at(-1));
        node.inputs = before.map((source, i) => new Link(source, row[i]));
        return node;
      }),
    );
  }
  return layers;
}

function forward(layers, point) {
  for (let i = 0; i < layers[0].length; i++) layers[0][i].output = point[i];
  for (let l = 1; l < layers.length; l++) {
    for (let i = 0; i < layers[l].length; i++) layers[l][i].update();
  }
}

/** Every node's output at every cell. */
function mapsOf(layers) {
  const nodes = layers.slice(1).flat();
  const maps = nodes.map(() => Array.from({ length: CELLS }, () => new Array(CELLS)));
  const scale = (cell) => ((cell + 0.5) / CELLS) * 2 * REACH - REACH;
  for (let i = 0; i < CELLS; i++) {
    for (let j = 0; j < CELLS; j++) {
      forward(layers, [scale(j), -scale(i)]);
      for (let n = 0; n < nodes.length; n++) maps[n][i][j] = nodes[n].output;
    }
  }
  return maps;
}

/** −1..1 as bytes, as the page turns them into colours. */
function asBytes(map) {
  const bytes = new Uint8Array(CELLS * CELLS);
  for (let i = 0; i < CELLS; i++) for (let j = 0; j < CELLS; j++) bytes[i * CELLS + j] = (map[i][j] + 1) * 127.5 + 0.5;
  return bytes;
}

let task;
for await (const line of createInterface({ input: process.stdin })) {
  if (!task) {
    task = JSON.parse(line);
    continue;
  }
  const layers = graphOf(task.weights);
  const start = process.cpuUsage().user;
  for (let i = 0; i < task.work; i++) mapsOf(layers).map(asBytes);
  console.log((process.cpuUsage().user - start) / 1e6);
}
