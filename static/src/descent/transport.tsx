/** Play, pause, step by step, and back to the start. */
import { t } from "../language.ts";
import { Icon } from "../icons.tsx";
import { isReadOnly } from "../store.ts";
import { at, goTo, isPlaying, lastStep, playOrPause, rewind, speed, step, stepBy } from "./lab.ts";

const SPEEDS = [1, 3, 10, 30, 100];

export function Transport() {
  const last = lastStep.value;
  return (
    <section class="steps" aria-label={t("Transport")}>
      {!isReadOnly.value && <Buttons />}
      <input
        type="range"
        aria-label={t("Step")}
        min={0}
        max={last}
        step={1}
        disabled={isReadOnly.value}
        value={step.value}
        style={{ "--share": `${last ? (100 * at.value) / last : 0}%` }}
        aria-valuetext={t("step {step} of {last}", { step: step.value, last })}
        onInput={(event) => {
          isPlaying.value = false;
          goTo(event.currentTarget.valueAsNumber);
        }}
      />
      <output class="moment">{t("step {step} of {last}", { step: step.value, last })}</output>
      {!isReadOnly.value && <Speed />}
    </section>
  );
}

function Buttons() {
  return (
    <>
      <button type="button" class="button outlined square" aria-label={t("Back to the start")} onClick={rewind}>
        <Icon name="reset" />
      </button>
      <button
        type="button"
        class="button outlined square"
        aria-label={t("One step back")}
        disabled={step.value === 0}
        onClick={() => stepBy(-1)}
      >
        <Icon name="back" />
      </button>
      <button
        type="button"
        class="button primary square"
        aria-label={isPlaying.value ? t("Pause") : t("Play")}
        onClick={playOrPause}
      >
        <Icon name={isPlaying.value ? "pause" : "play"} />
      </button>
      <button
        type="button"
        class="button outlined square"
        aria-label={t("One step on")}
        disabled={step.value >= lastStep.value}
        onClick={() => stepBy(1)}
      >
        <Icon name="next" />
      </button>
    </>
  );
}

function Speed() {
  return (
    <label class="speed">
      {t("Speed")}
      <select value={speed.value} onChange={(event) => (speed.value = Number(event.currentTarget.value))}>
        {SPEEDS.map((each) => (
          <option key={each} value={each}>
            {t("{count} a second", { count: each })}
          </option>
        ))}
      </select>
    </label>
  );
}
