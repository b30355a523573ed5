// ConvNetJS, one sample at a time, as its trainer wants it. The package on npm has no Adam: Adadelta stands in.
import { createRequire } from "node:module";
import { batchSizeOf, compete, epochsOf, shuffled } from "./task.mjs";

const convnet = createRequire(`${process.argv[2]}/`)("convnetjs");
const ACTIVATIONS = { tanh: convnet.TanhLayer, relu: convnet.ReluLayer };

/** Built layer by layer: its own makeLayers() ends every regression in linear units. */
function networkOf(task) {
  const side = isOfImages(task) ? Math.sqrt(task.inputs[0].length) : 1;
  let before = { in_sx: side, in_sy: side, in_depth: side > 1 ? 1 : task.inputs[0].length };
  const layers = [new convnet.InputLayer({ out_sx: side, out_sy: side, out_depth: before.in_depth })];
  const add = (layer) => {
    layers.push(layer);
    before = { in_sx: layer.out_sx, in_sy: layer.out_sy, in_depth: layer.out_depth };
  };
  const specs = [...task.experiment.network.layers, { kind: "dense", activation: task.experiment.output }];
  specs.forEach((spec, index) => {
    const block = task.weights[index];
    if (spec.kind === "max_pool") return add(new convnet.PoolLayer({ sx: spec.size, stride: spec.size, ...before }));
    if (spec.kind === "conv2d") {
      const shape = { sx: spec.kernel, pad: (spec.kernel - 1) / 2, filters: block.length };
      add(filled(new convnet.ConvLayer({ ...shape, ...before }), block, spec.kernel));
    } else add(filled(new convnet.FullyConnLayer({ num_neurons: block.length, ...before }), block, before.in_sx));
    if (spec.activation.kind in ACTIVATIONS) add(new ACTIVATIONS[spec.activation.kind](before));
  });
  const Loss = task.experiment.output.kind === "softmax" ? convnet.SoftmaxLayer : convnet.RegressionLayer;
  return Object.assign(new convnet.Net(), { layers: [...layers, new Loss(before)] });
}

function isOfImages(task) {
  return task.experiment.network.layers.some(({ kind }) => kind === "conv2d");
}

/** Core's weights go channel by channel over squares of that side, ConvNetJS's pixel by pixel. */
function placeOf(input, inputs, side) {
  const pixels = side * side;
  return (input % pixels) * (inputs / pixels) + Math.floor(input / pixels);
}

function filled(layer, block, side) {
  block.forEach((row, unit) => {
    const inputs = row.slice(0, -1);
    inputs.forEach((weight, input) => (layer.filters[unit].w[placeOf(input, inputs.length, side)] = weight));
    layer.biases.w[unit] = row.at(-1);
  });
  return Object.assign(layer, { side });
}

function weightsOf(network) {
  const weighted = network.layers.filter(({ layer_type }) => layer_type === "fc" || layer_type === "conv");
  return weighted.map(({ filters, biases, side }) =>
    filters.map(({ w }, unit) => [...Array.from(w, (_, input) => w[placeOf(input, w.length, side)]), biases.w[unit]]),
  );
}

/** A sample: of an image its rows of pixels. */
function volume(sample, isImage) {
  if (!isImage) return new convnet.Vol(sample);
  const side = Math.sqrt(sample.length);
  return Object.assign(new convnet.Vol(side, side, 1, 0), { w: Float64Array.from(sample) });
}

function enter(task) {
  const { kind, learning_rate } = task.experiment.optimizer;
  const network = networkOf(task);
  const method = kind === "adam" ? "adadelta" : kind;
  const trainer = new convnet.Trainer(network, { method, learning_rate, momentum: 0, batch_size: batchSizeOf(task) });
  const inputs = task.inputs.map((sample) => volume(sample, isOfImages(task)));
  const isSoftmax = task.experiment.output.kind === "softmax";
  const answers = task.targets.map((target) => (isSoftmax ? target.indexOf(Math.max(...target)) : target));

  return {
    turn() {
      for (let e = 0; e < epochsOf(task); e++) for (const i of shuffled(inputs.length)) trainer.train(inputs[i], answers[i]);
    },
    check() {
      for (let i = 0; i < inputs.length; i++) trainer.train(inputs[i], answers[i]);
      const found = weightsOf(network);
      return task.weights.map((block) => (block[0].length ? found.shift() : block)); // a pooling has none
    },
  };
}

await compete(enter);
