/** Time runs along the bottom: play, step, start again, go back, and how far it has come. */
import { computed } from "@preact/signals";
import { count, number } from "../format.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { momentAtStep } from "../moments.ts";
import {
  connection,
  epoch,
  exactEpoch,
  frame,
  give,
  isEarlier,
  isPlaying,
  isReadOnly,
  NOT_CONNECTED,
  sought,
  type Speed,
  step as shownStep,
  type StepUnit,
  toldFrame,
} from "../store.ts";
import { Again } from "./again.tsx";
import { later } from "./later.tsx";
import { goTo, Scrubber } from "./scrubber.tsx";

const Earlier = later(async () => (await import("./earlier.tsx")).Earlier, true);
const Watching = later(async () => (await import("./watching.tsx")).Watching);

export const SPEEDS: readonly (Speed & { readonly words: string })[] = [
  { unit: "updates", per_second: 1, words: t("1 update/s") },
  { unit: "updates", per_second: 10, words: t("10 updates/s") },
  { unit: "epochs", per_second: 1, words: t("1 epoch/s") },
  { unit: "epochs", per_second: 10, words: t("10 epochs/s") },
  { unit: "epochs", per_second: 60, words: t("60 epochs/s") },
  { unit: "epochs", per_second: null, words: t("As fast as it can") },
];

const STEPS: readonly { readonly unit: StepUnit; readonly name: string; readonly title: string }[] = [
  { unit: "sample", name: t("Sample"), title: t("One sample (S)") },
  { unit: "batch", name: t("Batch"), title: t("One batch (B)") },
  { unit: "epoch", name: t("Epoch"), title: t("One epoch (E)") },
];

/** Start or pause. */
export function playOrPause(): void {
  give({ op: isPlaying.value ? "pause" : "play" });
}

/** What a control does, or why it rests. */
function explained(does: string): string {
  return connection.value.state === "lost" ? NOT_CONNECTED : does;
}

/** Take one step; a run that is playing is paused first. */
export function step(unit: StepUnit): void {
  if (isPlaying.value) give({ op: "pause" });
  give({ op: "step", unit, count: 1 });
}

/** Go one step back. Within a batch no moment is kept, so a sample goes back to the beginning of its batch. */
export function stepBack(unit: StepUnit): void {
  if (unit === "epoch") return goTo(Math.ceil(exactEpoch.value) - 1);
  const isWithin = unit === "sample" && (frame.value?.sample ?? 0) > 0;
  give({ op: "seek", moment: momentAtStep(shownStep.value - (isWithin ? 0 : 1)) });
}

export function Transport() {
  const isOff = connection.value.state !== "live";
  const play = isPlaying.value ? t("Pause training") : t("Start training");
  if (isReadOnly.value) return <Watching />;
  return (
    <section class="transport" aria-label={t("Transport")} id="transport" tabIndex={-1}>
      <div class="starts">
        <button
          type="button"
          class="button square"
          disabled={isOff}
          aria-label={t("Reset: epoch 0, same starting weights")}
          title={explained(t("Reset to the same starting weights"))}
          onClick={() => give({ op: "reset" })}
        >
          <Icon name="reset" />
        </button>
        <Again />
        <button
          type="button"
          class="play"
          disabled={connection.value.state === "ended"}
          aria-label={play}
          title={isPlaying.value ? t("Pause training (Space)") : t("Start training (Space)")}
          onClick={playOrPause}
        >
          <Icon name={isPlaying.value ? "pause" : "play"} />
        </button>
      </div>
      <div class="steps" role="group" aria-label={t("Step forward by one")}>
        {STEPS.map(({ unit, name, title }) => (
          <button key={unit} type="button" disabled={isOff} title={explained(title)} onClick={() => step(unit)}>
            {name}
          </button>
        ))}
      </div>
      <Scrubber />
      {isEarlier.value && <Earlier />}
      <Epoch />
      <SpeedChoice id="speed" />
    </section>
  );
}

export function Epoch() {
  return (
    <p class="epoch">
      <span>{t("Epoch")}</span> <b>{epochText}</b>
    </p>
  );
}

const epochText = computed(() => {
  toldFrame.value;
  sought.value;
  return count(epoch.peek());
});

/** The speed as it is, as JSON, so that only another speed draws the choice anew. */
const speedNow = computed(() => JSON.stringify(toldFrame.value?.speed ?? { unit: "epochs", per_second: 60 }));

/** How fast play trains. */
export function SpeedChoice({ id }: { id: string }) {
  const now = JSON.parse(speedNow.value) as Speed;
  const chosen = SPEEDS.findIndex(
    (speed) => speed.per_second === now.per_second && (speed.unit === now.unit || now.per_second === null),
  );
  return (
    <div class="speed">
      <label for={id}>{t("Speed")}</label>
      <select
        id={id}
        value={chosen}
        disabled={connection.value.state === "lost"}
        title={explained(t("How fast play trains"))}
        onChange={(event) => choose(Number(event.currentTarget.value))}
      >
        {chosen < 0 && (
          <option value={-1}>
            {now.unit === "epochs"
              ? t("{number} epochs/s", { number: number(now.per_second ?? 0) })
              : t("{number} updates/s", { number: number(now.per_second ?? 0) })}
          </option>
        )}
        {SPEEDS.map(({ words }, i) => (
          <option key={words} value={i}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

function choose(index: number): void {
  const speed = SPEEDS[index];
  if (speed) give({ op: "speed", unit: speed.unit, per_second: speed.per_second });
}
