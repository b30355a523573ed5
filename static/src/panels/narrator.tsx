/** One sentence about what is going on. While training it changes at most every four seconds, a new state aside. */
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../language.ts";
import { sentence, topicOf, TROUBLES, type Situation, type Topic } from "../sentences.ts";
import { column, frame, isAutoplay, isPlaying, scene, type Frame } from "../store.ts";
import { useGlance, type Rhythm } from "./inspector/glance.ts";
import * as measures from "./inspector/measures.ts";
import { openPane, pane } from "./inspector/panes.ts";
import { isWide } from "./layerlist.ts";

const PAUSE_MS = 4000;
const HEALTH_RHYTHM: Rhythm = { playing: 2000, resting: 300 };

const said = signal("");
const topic = signal<Topic>("setting up");
let saidAt = -Infinity;
let saidOf = "";

/** Say what there is to say, unless something was said just now. */
function tell(health: Frame | null): void {
  const state = stateOf(frame.value, isAutoplay.value);
  const isHeld = state === saidOf && frame.value?.status === "playing" && performance.now() - saidAt < PAUSE_MS;
  if (isHeld) return;
  const now = situation(health);
  topic.value = topicOf(now);
  said.value = sentence(now, topic.value);
  [saidAt, saidOf] = [performance.now(), state];
}

/** What must not wait to be said when it becomes another. */
function stateOf(now: Frame | null, isAutoplay: boolean): string {
  return `${scene.value?.scene} ${now?.generation} ${now?.status} ${isAutoplay} ${now?.step === 0}`;
}

export function Narrator() {
  const health = useGlance("health", HEALTH_RHYTHM);
  useEffect(() => effect(() => tell(health.value)), []);
  return (
    <div class="narrator">
      <div class="said">
        <p aria-live={isPlaying.value && isAutoplay.value ? "off" : "polite"}>{said}</p>
        {TROUBLES.includes(topic.value) && pane.value !== "doctor" && (
          <button type="button" class="button outlined small" onClick={() => openPane("doctor")}>
            {t("Ask the doctor")}
          </button>
        )}
      </div>
      {scene.value?.notes.map((note) => (
        <p class="note" key={note}>
          {t(note)}
        </p>
      ))}
    </div>
  );
}

function situation(health: Frame | null): Situation {
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
    ...troubles(health),
  };
}

type Troubles = Pick<Situation, "vanishing" | "dead" | "rising" | "plateau">;

/** What the measures show that is wrong. */
function troubles(seen: Frame | null): Troubles {
  const [layers, health] = [scene.value?.layers ?? [], seen?.health ?? []];
  const losses = { epochs: column("epoch"), train: column("train_loss"), test: column("test_loss") };
  const gradient = measures.gradientRatio(layers, health);
  const dead = measures.mostDead(layers, health);
  return {
    vanishing: gradient && gradient.ratio > measures.LIMITS.gradientRatio ? gradient : null,
    dead: dead && dead.value > measures.LIMITS.deadShare ? dead : null,
    rising: measures.overfitting(losses),
    plateau: measures.plateau(losses),
  };
}
