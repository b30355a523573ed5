/** Turns of weights by hand on their way to the run, of each weight the newest value. */
import { effect, signal } from "@preact/signals";
import { t } from "../language.ts";
import { give, neuron, type Neuron, type WeightChange } from "../store.ts";
import { weightsOf } from "./formula.ts";
import { nameOf } from "./regard.ts";
import { shape } from "./shape.ts";

/** Which of the open weights could not be set last, and why; null when it was. */
export interface EditProblem {
  readonly input: number | null;
  readonly text: string;
}

export const editProblem = signal<EditProblem | null>(null);

/** Another neuron begins without the last one's problem. */
effect(() => {
  neuron.value;
  editProblem.value = null;
});

/** A turn of a weight, and whom to tell that it is over. */
interface Turn extends Neuron {
  readonly input: number | null;
  readonly value: number;
  readonly done: () => void;
}

/** The server takes only so many commands a second. */
const PAUSE_MS = 40;
const waiting = new Map<string, Turn>();
let isUnderWay = false;

export function setWeight(turn: Turn): void {
  waiting.set(`${turn.layer}.${turn.unit}.${turn.input}`, turn);
  next();
}

function next(): void {
  const [entry] = waiting;
  if (isUnderWay || !entry) return;
  const [key, turn] = entry;
  waiting.delete(key);
  isUnderWay = true;
  const answered = (problem: string) => {
    editProblem.value = problem ? { input: turn.input, text: problem } : null;
    setTimeout(() => {
      isUnderWay = false;
      turn.done();
      next();
    }, PAUSE_MS);
  };
  give({ op: "edit", weight: changeOf(turn), answered });
}

function changeOf({ layer, unit, input, value }: Turn): WeightChange {
  const row = weightsOf({ layer, unit });
  const before = row?.[input ?? row.length - 1] ?? 0;
  return { layer: layer - 1, unit, input, name: weightName({ layer, unit }, input), before, after: value };
}

/** "weight from x1 to Hidden 1.3", "bias of Hidden 1.3". */
function weightName(picked: Neuron, input: number | null): string {
  const neuron = nameOf(picked);
  if (shape.peek().isNarrow[picked.layer - 1])
    return input === null ? t("shift of {neuron}", { neuron }) : t("gain of {neuron}", { neuron });
  if (input === null) return t("bias of {neuron}", { neuron });
  const isPixel = picked.layer === 1 && shape.peek().isImage;
  const source = isPixel
    ? t("pixel {number}", { number: input + 1 })
    : nameOf({ layer: picked.layer - 1, unit: input });
  return t("weight from {source} to {neuron}", { source, neuron });
}
