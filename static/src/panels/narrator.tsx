/** One sentence about what is going on. While training it changes at most every four seconds, a new state aside. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../language.ts";
import { opening, type Beginning } from "../openings.ts";
import {
  experiment,
  frame,
  hasImages,
  isAutoplay,
  isNarratorHeard,
  isPlaying,
  runId,
  scene,
  toldFrame,
  type Frame,
  type Scene,
} from "../store.ts";
import { useGlance, type Rhythm } from "./inspector/glance.ts";
import type { Told } from "./teller.ts";

const PAUSE_MS = 4000;
const IDLE_MS = 20_000;
const HEALTH_RHYTHM: Rhythm = { playing: 2000, resting: 300 };

const said = signal<Pick<Told, "text" | "button">>({ text: "", button: null });
let saidAt = -Infinity;
let saidOf = "";

/** Fetched when the run has begun. */
const teller = signal<typeof import("./teller.ts") | null>(null);
const hasBegun = computed(() => frame.value !== null && (frame.value.step > 0 || frame.value.status !== "paused"));

const isMapped = computed(() => scene.value?.dimensions !== 0);
const isTable = computed(() => "table" in experiment.value.data);

/** Nothing has moved for a while. */
const isIdle = signal(false);

/** What the page shows still of the run that it has left. */
let left: readonly (Frame | Scene | null)[] = [];
effect(() => {
  runId.value;
  left = [frame.peek(), scene.peek()];
});

/** Whether frame and scene are of one network, and of this run: one of them comes first. */
function isOfNow(now: Frame, world: Scene | null): boolean {
  return now.scene === world?.scene && !left.includes(now) && !left.includes(world);
}

/** Say what there is to say, unless something was said just now. */
function tell(health: Frame | null): void {
  if (frame.value && !isOfNow(frame.value, scene.value)) return;
  const state = stateOf(frame.value);
  if (state === saidOf && frame.value?.status === "playing" && performance.now() - saidAt < PAUSE_MS) return;
  const now = teller.value?.told(beginning(), health, isIdle.value) ?? { text: openingNow(), button: null };
  if (!now.text) return;
  said.value = now;
  [saidAt, saidOf] = [performance.now(), state];
}

/** Of a table, and of what is on no map, the teller tells. */
function openingNow(): string {
  const now = beginning();
  return now.isMapped && !now.isTable ? opening(now) : "";
}

/** What must not wait to be said when it becomes another. */
function stateOf(now: Frame | null): string {
  return `${scene.value?.scene} ${now?.generation} ${now?.status} ${isAutoplay.value} ${now?.step === 0}`;
}

/** Fetch the teller in time, and tell when all rests. */
function listen(): () => void {
  let [timer, moment] = [0, ""];
  const stop = effect(() => {
    if ((hasBegun.value || isTable.value || !isMapped.value) && !teller.peek())
      void import("./teller.ts").then(
        (module) => (teller.value = module),
        () => {},
      );
    const here = stateOf(toldFrame.value) + toldFrame.value?.step;
    if (here === moment) return; // it was only looked at
    moment = here;
    isIdle.value = false;
    clearTimeout(timer);
    timer = setTimeout(() => (isIdle.value = true), IDLE_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

export function Narrator() {
  const health = useGlance("health", HEALTH_RHYTHM);
  useEffect(() => effect(() => tell(health.value)), []);
  useEffect(listen, []);
  const { text, button } = said.value;
  const isQuiet = isPlaying.value && (isAutoplay.value || !isNarratorHeard.value);
  return (
    <div class="narrator">
      <div class="said">
        <p aria-live={isQuiet ? "off" : "polite"}>{text}</p>
        {button && (
          <button type="button" class="button outlined small" onClick={button.act}>
            {button.words}
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

function beginning(): Beginning {
  const now = frame.value;
  const world = scene.value;
  return {
    status: now?.status ?? null,
    isAutoplay: isAutoplay.value,
    task: world?.task ?? "classification",
    isImages: hasImages.value,
    isMapped: isMapped.value,
    isTable: isTable.value,
    epoch: now?.epoch ?? 0,
    step: now?.step ?? 0,
    inputs: world?.inputs.length ?? 0,
    codeUnits: world?.layers[world.code_layer ?? -1]?.units ?? 0,
  };
}
