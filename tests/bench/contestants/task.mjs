// What a contestant in node is told, and how it answers: see task.py.
import { createInterface } from "node:readline";

/** Numbers 0 to count − 1 in a new order. */
export function shuffled(count) {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export function activationsOf(task) {
  return [...task.experiment.network.layers.map((layer) => layer.activation.kind), task.experiment.output.kind];
}

export function batchSizeOf(task) {
  return Math.min(task.experiment.batch_size, task.inputs.length);
}

/** How many whole epochs the work is. */
export function epochsOf(task) {
  return Math.floor(task.work / Math.ceil(task.inputs.length / batchSizeOf(task)));
}

/** `enter` is told the task and gives someone with turn() and check(). */
export async function compete(enter) {
  let task;
  let contestant;
  for await (const line of createInterface({ input: process.stdin })) {
    if (!task) {
      task = JSON.parse(line);
      contestant = enter(task);
    } else if (line === "go") {
      const start = process.cpuUsage().user;
      contestant.turn();
      console.log((process.cpuUsage().user - start) / 1e6);
    } else {
      console.log(JSON.stringify(enter(task).check()));
    }
  }
}
