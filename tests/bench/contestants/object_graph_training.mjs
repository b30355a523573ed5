// The object graph, learning one point at a time and moving its weights after each batch.
import { backward, forward, graphOf, update, weightsOf } from "./object_graph.mjs";
import { batchSizeOf, compete, epochsOf } from "./task.mjs";

function enter(task) {
  const layers = graphOf(task.weights);
  const batchSize = batchSizeOf(task);
  const rate = task.experiment.optimizer.learning_rate;

  function epoch() {
    const last = task.inputs.length - 1;
    for (let i = 0; i <= last; i++) {
      forward(layers, task.inputs[i]);
      backward(layers, task.targets[i][0]);
      if ((i + 1) % batchSize === 0 || i === last) update(layers, rate);
    }
  }

  return {
    turn() {
      for (let i = 0; i < epochsOf(task); i++) epoch(); // in one order: the page shuffles its points only once
    },
    check() {
      epoch();
      return weightsOf(layers);
    },
  };
}

await compete(enter);
