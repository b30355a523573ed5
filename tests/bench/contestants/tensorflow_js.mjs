// TensorFlow.js on its CPU backend: the loss as a function of variables, its optimizers as they come. Always float32.
import { createRequire } from "node:module";
import { activationsOf, batchSizeOf, compete, epochsOf, shuffled } from "./task.mjs";

console.warn = () => {}; // it recommends its native variant
const tf = createRequire(`${process.argv[2]}/`)("@tensorflow/tfjs");
await tf.setBackend("cpu");

function enter(task) {
  const { kind, learning_rate } = task.experiment.optimizer;
  const activations = activationsOf(task);
  const layers = task.weights.map((block) => ({
    W: tf.variable(tf.tensor2d(block.map((row) => row.slice(0, -1))).transpose()),
    b: tf.variable(tf.tensor1d(block.map((row) => row.at(-1)))),
  }));
  const optimizer = kind === "adam" ? tf.train.adam(learning_rate) : tf.train.sgd(learning_rate);
  const [inputs, targets] = [tf.tensor2d(task.inputs), tf.tensor2d(task.targets)];

  function lossOf(x, y) {
    layers.forEach(({ W, b }, index) => {
      x = x.matMul(W).add(b);
      if (activations[index] !== "softmax") x = x[activations[index]]();
    });
    if (activations.at(-1) === "softmax") return tf.losses.softmaxCrossEntropy(y, x);
    return x.sub(y).square().mean().mul(0.5);
  }

  function epoch(order) {
    const rows = tf.tensor1d(order, "int32");
    const [xs, ys] = [inputs.gather(rows), targets.gather(rows)];
    for (let start = 0; start < order.length; start += batchSizeOf(task)) {
      const count = Math.min(batchSizeOf(task), order.length - start);
      tf.tidy(() => {
        const [x, y] = [xs.slice([start, 0], [count, -1]), ys.slice([start, 0], [count, -1])];
        optimizer.minimize(() => lossOf(x, y));
      });
    }
    tf.dispose([rows, xs, ys]);
  }

  return {
    turn() {
      for (let e = 0; e < epochsOf(task); e++) epoch(shuffled(task.inputs.length));
    },
    check() {
      epoch(task.inputs.map((_, index) => index));
      return layers.map(({ W, b }) => W.transpose().concat(b.expandDims(1), 1).arraySync());
    },
  };
}

await compete(enter);
