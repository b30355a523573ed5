// ConvNetJS, one sample at a time, as its trainer wants it. The package on npm has no Adam: Adadelta stands in.
import { createRequire } from "node:module";
import { activationsOf, batchSizeOf, compete, epochsOf, shuffled } from "./task.mjs";

const convnet = createRequire(`${process.argv[2]}/`)("convnetjs");
const ACTIVATIONS = { tanh: convnet.TanhLayer, relu: convnet.ReluLayer };

/** Built layer by layer: its own makeLayers() ends every regression in linear units. */
function networkOf(task) {
  const before = (depth) => ({ in_sx: 1, in_sy: 1, in_depth: depth });
  const layers = [new convnet.InputLayer({ out_sx: 1, out_sy: 1, out_depth: task.inputs[0].length })];
  task.weights.forEach((block, index) => {
    const units = block.length;
    layers.push(filled(new convnet.FullyConnLayer({ num_neurons: units, ...before(block[0].length - 1) }), block));
    const kind = activationsOf(task)[index];
    if (kind in ACTIVATIONS) layers.push(new ACTIVATIONS[kind](before(units)));
  });
  const outputs = task.weights.at(-1).length;
  const Loss = activationsOf(task).at(-1) === "softmax" ? convnet.SoftmaxLayer : convnet.RegressionLayer;
  layers.push(new Loss(before(outputs)));
  return Object.assign(new convnet.Net(), { layers });
}

function filled(layer, block) {
  block.forEach((row, unit) => {
    row.slice(0, -1).forEach((weight, input) => (layer.filters[unit].w[input] = weight));
    layer.biases.w[unit] = row.at(-1);
  });
  return layer;
}

function weightsOf(network) {
  const full = network.layers.filter((layer) => layer.layer_type === "fc");
  return full.map((layer) => layer.filters.map((filter, unit) => [...filter.w, layer.biases.w[unit]]));
}

function enter(task) {
  const { kind, learning_rate } = task.experiment.optimizer;
  const network = networkOf(task);
  const method = kind === "adam" ? "adadelta" : kind;
  const trainer = new convnet.Trainer(network, { method, learning_rate, momentum: 0, batch_size: batchSizeOf(task) });
  const inputs = task.inputs.map((point) => new convnet.Vol(point));
  const isSoftmax = activationsOf(task).at(-1) === "softmax";
  const answers = task.targets.map((target) => (isSoftmax ? target.indexOf(Math.max(...target)) : target));

  return {
    turn() {
      for (let e = 0; e < epochsOf(task); e++) for (const i of shuffled(inputs.length)) trainer.train(inputs[i], answers[i]);
    },
    check() {
      for (let i = 0; i < inputs.length; i++) trainer.train(inputs[i], answers[i]);
      return weightsOf(network);
    },
  };
}

await compete(enter);
