/** What is going on, in one plain and true sentence. Rules, first match wins; no rule guesses. */
import { percent } from "./format.ts";

export interface Situation {
  readonly status: "playing" | "paused" | "diverged" | null;
  readonly isAutoplay: boolean;
  readonly task: "classification" | "regression";
  readonly classes: number | null;
  readonly isImages: boolean;
  readonly epoch: number;
  readonly step: number;
  readonly trainAccuracy: number | undefined;
  readonly testAccuracy: number | undefined;
  readonly trainLoss: number | undefined;
  readonly testLoss: number | undefined;
  /** The last hidden layer's name, "" when there is none. */
  readonly lastHidden: string;
}

const FIRST_EPOCHS = 25;
const OVERFITTING_GAP = 0.12;

/** The sentence for a situation. */
export function sentence(now: Situation): string {
  if (now.status === null) return "Setting up: the server is making the network and its data.";
  if (now.status === "diverged")
    return "The steps were so large that each one overshot the last. You are looking at the last weights that made sense.";
  if (now.step === 0 && now.status === "paused")
    return `${subject(now)} Press play to start training, or take one step at a time.`;
  if (now.isAutoplay && now.epoch < FIRST_EPOCHS)
    return `${subject(now)} The network is guessing which colour belongs where. Watch the background.`;
  return now.task === "classification" ? classificationSentence(now) : regressionSentence(now);
}

function subject({ task, isImages }: Situation): string {
  if (isImages) return "Each image is a handwritten digit.";
  return task === "classification" ? "Each dot is a point with a colour." : "Each dot is a point with a value.";
}

function classificationSentence(now: Situation): string {
  const { trainAccuracy = 0, testAccuracy, classes } = now;
  const what = now.isImages ? "images" : "points";
  if (testAccuracy === undefined)
    return `${percent(trainAccuracy, 0)} of the training ${what} are right. None are kept aside to test it.`;
  const share = percent(testAccuracy, 0);
  if (trainAccuracy - testAccuracy > OVERFITTING_GAP)
    return `Overfitting: ${percent(trainAccuracy, 0)} of the training ${what} are right, but only ${share} of unseen ones.`;
  if (testAccuracy >= 0.97) return `Learned: ${share} of unseen ${what} are right.${suggestion(now)}`;
  const chance = 1 / (classes ?? 2);
  if (testAccuracy < chance * 1.25) return `${share} of unseen ${what} are right, about as many as by guessing.`;
  return `The network is finding the pattern: ${share} of unseen ${what} are already right.`;
}

function suggestion({ lastHidden }: Situation): string {
  return lastHidden ? ` Now try removing a neuron from ${lastHidden}.` : "";
}

function regressionSentence({ trainLoss = 0, testLoss }: Situation): string {
  if (testLoss === undefined)
    return `The training loss is ${trainLoss.toFixed(3)}. No points are kept aside to test it.`;
  if (testLoss > 3 * trainLoss && testLoss > 0.01)
    return `Overfitting: the loss is ${trainLoss.toFixed(3)} on training points, but ${testLoss.toFixed(3)} on unseen ones.`;
  return `The network is bending its answer to the points: the loss on unseen ones is ${testLoss.toFixed(3)}.`;
}
