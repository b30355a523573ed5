/** What the narrator tells of a run that has begun: fetched when it has. */
import { t } from "../language.ts";
import { valueAt } from "../path.ts";
import { sentence, topicOf, TROUBLES, type Situation, type Topic } from "../sentences.ts";
import { experiment, frame, scene, type Frame } from "../store.ts";
import type { Beginning } from "../openings.ts";
import { isUnderWay, offer, suggestionFor } from "./firstrun.ts";
import { openUnits } from "./inspector/cures.ts";
import { lossesNow } from "./inspector/losses.ts";
import * as measures from "./inspector/measures.ts";
import { openPane, pane } from "./inspector/panes.ts";

/** A sentence, and the one button that goes with it. */
export interface Told {
  readonly topic: Topic | "suggestion";
  readonly text: string;
  readonly button: { readonly words: string; readonly act: () => void } | null;
}

/** What must not wait, whatever else there is to suggest. */
const GRAVE: readonly Topic[] = ["opening", "stopped", "vanishing", "dead"];

/** The sentence of this moment. */
export function told(beginning: Beginning, health: Frame | null, isIdle: boolean): Told {
  const now = { ...situation(beginning, isIdle), ...troubles(health) };
  const topic = topicOf(now);
  const isTrouble = TROUBLES.includes(topic);
  const isOpen = !GRAVE.includes(topic) && (isUnderWay.value || !isTrouble);
  const suggestion = isOpen ? suggestionFor(now, topic) : null;
  if (suggestion) {
    offer(suggestion);
    return {
      topic: "suggestion",
      text: suggestion.say(now),
      button: { words: suggestion.button(), act: suggestion.act },
    };
  }
  const doctor = { words: t("Ask the doctor"), act: () => openPane("doctor") };
  return { topic, text: sentence(now, topic), button: isTrouble && pane.value !== "doctor" ? doctor : null };
}

type Troubles = Pick<Situation, "vanishing" | "dead" | "saturated" | "rising" | "plateau" | "firstTestLoss">;

function situation(beginning: Beginning, isIdle: boolean): Omit<Situation, keyof Troubles> {
  const { metrics, message = null } = frame.value ?? {};
  return {
    ...beginning,
    isIdle,
    message,
    isMixed: scene.value?.is_mixed ?? false,
    classes: scene.value?.classes ?? 2,
    trainAccuracy: metrics?.train_accuracy,
    testAccuracy: metrics?.test_accuracy,
    trainLoss: metrics?.train_loss,
    testLoss: metrics?.test_loss,
    isBounded: openUnits() !== null,
    isRegularized: valueAt(experiment.value, "regularization.kind") !== "none",
    isAdam: valueAt(experiment.value, "optimizer.kind") === "adam",
  };
}

/** What is measured, and is wrong. */
function troubles(seen: Frame | null): Troubles {
  const [layers, health] = [scene.value?.layers ?? [], seen?.health ?? []];
  const losses = lossesNow();
  const gradient = measures.gradientRatio(layers, health);
  const dead = measures.mostDead(layers, health);
  const saturated = measures.mostSaturated(layers, health);
  return {
    vanishing: gradient && gradient.ratio > measures.LIMITS.gradientRatio ? gradient : null,
    dead: dead && dead.value > measures.LIMITS.deadShare ? dead : null,
    saturated: saturated && saturated.value > measures.LIMITS.saturatedShare ? saturated : null,
    rising: measures.overfitting(losses),
    plateau: measures.plateau(losses),
    firstTestLoss: losses.test[0],
  };
}
