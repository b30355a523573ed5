/** Start, pause and step, all together; back to the start; and how fast. */
import { Icon } from "../icons.tsx";
import { count } from "../format.ts";
import { t } from "../language.ts";
import {
  epoch,
  goAt,
  hasBegun,
  isFinished,
  isPlaying,
  isReady,
  playOrPause,
  race,
  rewind,
  speed,
  step,
} from "./race.ts";

const SPEEDS = [5, 30, 100];
const FASTEST = "";

export function Transport() {
  const last = race.value.epochs;
  return (
    <section class="transport" aria-label={t("Transport")}>
      <button
        type="button"
        class="button outlined square"
        aria-label={t("Back to the start")}
        disabled={!hasBegun.value}
        onClick={rewind}
      >
        <Icon name="reset" />
      </button>
      <button type="button" class="button primary go" disabled={!isReady.value} onClick={playOrPause}>
        <Icon name={isPlaying.value ? "pause" : "play"} />
        {isPlaying.value
          ? t("Pause")
          : isFinished.value
            ? t("Once more")
            : hasBegun.value
              ? t("Go on")
              : t("Start all")}
      </button>
      <button
        type="button"
        class="button outlined"
        disabled={!isReady.value || isPlaying.value || isFinished.value}
        onClick={step}
      >
        <Icon name="next" /> {t("One epoch")}
      </button>
      <progress max={last} value={Math.min(epoch.value, last)} aria-label={t("Epochs to the finish")} />
      <output class="moment">{t("Epoch {epoch} of {last}", { epoch: count(epoch.value), last: count(last) })}</output>
      <label class="speed">
        {t("Speed")}
        <select
          value={speed.value ?? FASTEST}
          onChange={({ currentTarget: { value } }) => goAt(value === FASTEST ? null : Number(value))}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {t("{count} epochs a second", { count: each })}
            </option>
          ))}
          <option value={FASTEST}>{t("As fast as each can")}</option>
        </select>
      </label>
    </section>
  );
}
