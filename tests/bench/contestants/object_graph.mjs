// A network as a graph of node and link objects: the way of TensorFlow Playground's page. Written for this comparison
// after that published design; none of its code is used.

class Node {
  constructor(bias) {
    this.bias = bias;
    this.inputs = [];
    this.outputs = [];
    this.total = 0;
    this.output = 0;
    this.outputSlope = 0; // ∂L/∂output
    this.totalSlope = 0; // ∂L/∂total
    this.biasGradient = 0; // added up over the batch
    this.seen = 0;
  }

  update() {
    this.total = this.bias;
    for (let i = 0; i < this.inputs.length; i++) {
      const link = this.inputs[i];
      this.total += link.weight * link.source.output;
    }
    this.output = Math.tanh(this.total);
    return this.output;
  }
}

class Link {
  constructor(source, target, weight) {
    this.source = source;
    this.target = target;
    this.weight = weight;
    this.gradient = 0;
    this.seen = 0;
  }
}

/** Layers of nodes, the inputs first. */
export function graphOf(weights) {
  const layers = [weights[0][0].slice(0, -1).map(() => new Node(0))];
  for (const block of weights) {
    const before = layers.at(-1);
    layers.push(block.map((row) => linked(new Node(row.at(-1)), before, row)));
  }
  return layers;
}

function linked(node, before, row) {
  node.inputs = before.map((source, i) => new Link(source, node, row[i]));
  for (const link of node.inputs) link.source.outputs.push(link);
  return node;
}

/** Per layer (units, inputs + 1), the bias as last column. */
export function weightsOf(layers) {
  return layers.slice(1).map((layer) => layer.map((node) => [...node.inputs.map((link) => link.weight), node.bias]));
}

export function forward(layers, point) {
  for (let i = 0; i < layers[0].length; i++) layers[0][i].output = point[i];
  for (let l = 1; l < layers.length; l++) {
    for (let i = 0; i < layers[l].length; i++) layers[l][i].update();
  }
}

/** Add the gradient of ½(output − target)² to what nodes and links have gathered. */
export function backward(layers, target) {
  const output = layers.at(-1)[0];
  output.outputSlope = output.output - target;
  for (let l = layers.length - 1; l >= 1; l--) {
    const layer = layers[l];
    for (let i = 0; i < layer.length; i++) {
      const node = layer[i];
      node.totalSlope = node.outputSlope * (1 - node.output * node.output);
      node.biasGradient += node.totalSlope;
      node.seen++;
    }
    for (let i = 0; i < layer.length; i++) {
      const node = layer[i];
      for (let j = 0; j < node.inputs.length; j++) {
        const link = node.inputs[j];
        link.gradient += node.totalSlope * link.source.output;
        link.seen++;
      }
    }
    if (l > 1) passBack(layers[l - 1]);
  }
}

function passBack(layer) {
  for (let i = 0; i < layer.length; i++) {
    const node = layer[i];
    node.outputSlope = 0;
    for (let j = 0; j < node.outputs.length; j++) {
      const link = node.outputs[j];
      node.outputSlope += link.weight * link.target.totalSlope;
    }
  }
}

/** Take the mean of what was gathered off biases and weights, and begin to gather anew. */
export function update(layers, learningRate) {
  for (let l = 1; l < layers.length; l++) {
    for (let i = 0; i < layers[l].length; i++) {
      const node = layers[l][i];
      node.bias -= (learningRate * node.biasGradient) / node.seen;
      node.biasGradient = 0;
      node.seen = 0;
      for (let j = 0; j < node.inputs.length; j++) {
        const link = node.inputs[j];
        link.weight -= (learningRate * link.gradient) / link.seen;
        link.gradient = 0;
        link.seen = 0;
      }
    }
  }
}
