/** One sentence about what is going on. While training, its topic changes at most once a second; its numbers are today's. */
import { effect, signal } from "@preact/signals";
import { sentence, topicOf, type Situation } from "../sentences.ts";
import { isWide } from "./layerlist.ts";
import { frame, isAutoplay, scene } from "../store.ts";

const PAUSE_MS = 1000;
let topic = topicOf(situation());
let chosenAt = 0;
let chosenFor: string | null = null;
const said = signal(sentence(situation()));

effect(() => {
  const now = situation();
  const time = performance.now();
  const next = topicOf(now);
  const isHeld = now.status === "playing" && chosenFor === "playing" && time - chosenAt < PAUSE_MS;
  if (next !== topic && !isHeld) {
    topic = next;
    chosenAt = time;
    chosenFor = now.status;
  }
  said.value = sentence(now, topic);
});

export function Narrator() {
  return (
    <div class="narrator">
      <p>{said}</p>
      {scene.value?.notes.map((note) => (
        <p class="note" key={note}>
          {note}
        </p>
      ))}
    </div>
  );
}

function situation(): Situation {
  const now = frame.value;
  const world = scene.value;
  return {
    status: now?.status ?? null,
    message: now?.message ?? null,
    isAutoplay: isAutoplay.value,
    task: world?.task ?? "classification",
    classes: world?.classes ?? 2,
    isImages: world?.dimensions === 0,
    epoch: now?.epoch ?? 0,
    step: now?.step ?? 0,
    trainAccuracy: now?.metrics.train_accuracy,
    testAccuracy: now?.metrics.test_accuracy,
    trainLoss: now?.metrics.train_loss,
    testLoss: now?.metrics.test_loss,
    lastHidden: world?.layers.slice(0, -1).findLast(({ kind }) => isWide(kind))?.name ?? "",
    inputs: world?.inputs.length ?? 0,
    codeUnits: world?.layers[world.code_layer ?? -1]?.units ?? 0,
  };
}
