/** One sentence about what is going on, changed at most every few seconds while training. */
import { effect, signal } from "@preact/signals";
import { sentence, type Situation } from "../sentences.ts";
import { frame, isAutoplay, scene } from "../store.ts";

const PAUSE_MS = 1000;
const said = signal(sentence(situation()));
let saidAt = 0;
let saidStatus: string | null = null;

effect(() => {
  const now = situation();
  const time = performance.now();
  if (now.status === saidStatus && now.status === "playing" && time - saidAt < PAUSE_MS) return;
  const next = sentence(now);
  saidStatus = now.status;
  if (next === said.peek()) return;
  saidAt = time;
  said.value = next;
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
    lastHidden: world?.layers.at(-2)?.name ?? "",
  };
}
