/** The scrubber: the whole run as its own loss, to go back to any moment of it and on from there. */
import { computed, effect, signal } from "@preact/signals";
import { changeNear } from "../draw/change.ts";
import { nearest } from "../draw/rising.ts";
import { drawTimeline } from "../draw/timeline.ts";
import { count, loss as text } from "../format.ts";
import { t } from "../language.ts";
import { lastEpoch, momentAtEpoch } from "../moments.ts";
import {
  AUTOPLAY_EPOCHS,
  changes,
  column,
  connection,
  curveTick,
  epoch,
  exactEpoch,
  frame,
  give,
  headEpoch,
  isAutoplay,
  isPlaying,
  isReadOnly,
  sought,
} from "../store.ts";
import { reading } from "./losses.tsx";
import { Picture } from "./picture.tsx";

/** Where an epoch is wider than this, the pointer finds single updates. */
const WIDE_EPOCH_PIXELS = 8;
/** While training, a screen reader hears of the epoch no more often than this. */
const QUIET_MS = 4000;
const FAR_EPOCHS = 10;
const THUMB = 14;
const TINY = 1e-9;

/** The epoch under the pointer, or null. */
const pointed = signal<number | null>(null);
const isFocused = signal(false);

/** Show the moment nearest to an epoch, as far as the run has been. */
export function goTo(target: number): void {
  if (isOff.value) return read(target);
  give({ op: "seek", moment: momentAtEpoch(target) });
}

/** Read the curves there, as far as they have come. */
function read(target: number): void {
  reading.value = Math.min(column("epoch").at(-1) ?? 0, Math.max(0, target));
}

/** Where no moment can be sought, without a connection or while only watching, the curves that have come can be read. */
const isOff = computed(() => connection.value.state !== "live" || isReadOnly.value);

effect(() => {
  if (!isOff.value) reading.value = null;
});

const told = signal(0);
const toldText = signal("");
let toldAt = 0;

effect(() => {
  const value = placeNow();
  if (isPlaying.value && !isOff.value && performance.now() - toldAt < QUIET_MS) return;
  toldAt = performance.now();
  told.value = value;
  toldText.value = valueText();
});

/** The epoch that is shown, or that is read. */
function placeNow(): number {
  return (isOff.value ? reading.value : null) ?? exactEpoch.value;
}

/** "epoch 40 of 120, loss 0.015", and what was changed there. */
function valueText(): string {
  if (isOff.value) return unconnectedText();
  const here = changes.value.find((change) => Math.abs(change.epoch - exactEpoch.value) < TINY);
  const last = count(Math.floor(headEpoch.value + TINY));
  const place = t("epoch {epoch} of {last}", { epoch: count(epoch.value), last });
  return [place, here?.text, lossText(exactEpoch.value)].filter(Boolean).join(", ");
}

/** What can be told without a connection: the curves as far as they have come. */
function unconnectedText(): string {
  const at = placeNow();
  const epoch = count(Math.floor(at + TINY));
  const place = isReadOnly.value
    ? t("epoch {epoch}, read off the curves", { epoch })
    : t("epoch {epoch}, no connection: only the curves move", { epoch });
  return [place, lossText(at)].filter(Boolean).join(", ");
}

function lossText(at: number): string {
  curveTick.value;
  const value = column("train_loss")[nearest(column("epoch"), at)];
  return value === undefined || !Number.isFinite(value) ? "" : t("loss {loss}", { loss: text(value) });
}

const changesText = computed(() =>
  changes.value
    .map(({ epoch, text }) => t("epoch {epoch}: {change}", { epoch: count(Math.floor(epoch)), change: text }))
    .join("; "),
);

export function Scrubber() {
  return (
    <div class="timeline" onPointerMove={point} onPointerLeave={() => (pointed.value = null)}>
      <Picture
        draw={(pen, colors) => {
          curveTick.value;
          const shown = sought.value?.epoch ?? frame.peek()?.exact_epoch ?? 0;
          const isStop = isAutoplay.value && lastEpoch.value === AUTOPLAY_EPOCHS;
          const ending = isStop ? t("stop at {epoch}", { epoch: AUTOPLAY_EPOCHS }) : count(lastEpoch.value);
          const options = { lastEpoch: lastEpoch.value, ending, shown, pointed: pointedAt(pen.width, shown), text };
          drawTimeline(pen, column("epoch"), column("train_loss"), changes.value, options, colors);
        }}
      />
      <input
        type="range"
        id="timeline"
        class="scrub"
        aria-label={t("Timeline")}
        aria-describedby="timeline-changes"
        aria-valuetext={toldText}
        title={isOff.value && !isReadOnly.value ? t("No connection: only the curves can be read") : undefined}
        min={0}
        max={lastEpoch}
        step="any"
        value={told}
        disabled={isOff.value && !headEpoch.value}
        onInput={seekPointed}
        onKeyDown={seekByKey}
        onFocus={(event) => (isFocused.value = event.currentTarget.matches(":focus-visible"))}
        onBlur={() => (isFocused.value = false)}
      />
      <p class="unseen" id="timeline-changes">
        {changesText.value && t("Changed at {changes}", { changes: changesText.value })}
      </p>
    </div>
  );
}

/** The epoch to tell of: the pointer's, or that of a change which the keys have reached. */
function pointedAt(width: number, shown: number): number | null {
  if (isOff.value && reading.value !== null) return reading.value;
  if (pointed.value !== null || !isFocused.value) return pointed.value;
  return changeNear(changes.value, shown, lastEpoch.value, width) ? shown : null;
}

function point({ currentTarget, clientX, pointerType }: PointerEvent): void {
  if (!(currentTarget instanceof Element) || pointerType === "touch") return;
  const { left, width } = currentTarget.getBoundingClientRect();
  const share = (clientX - left - THUMB / 2) / (width - THUMB);
  pointed.value = found(Math.min(1, Math.max(0, share)) * lastEpoch.value, width);
}

function seekPointed({ currentTarget }: { currentTarget: HTMLInputElement }): void {
  goTo(found(Number(currentTarget.value), currentTarget.clientWidth));
}

/** What a pointer can find on a line of so many pixels: a change, else a whole epoch, or any place where there is room. */
function found(target: number, pixels: number): number {
  const change = changeNear(changes.value, target, lastEpoch.value, pixels);
  if (change) return change.epoch;
  return pixels / lastEpoch.value > WIDE_EPOCH_PIXELS ? target : Math.round(target);
}

/** An epoch, or ten; a change with Page up and Page down; the start and the furthest moment. */
function seekByKey(event: KeyboardEvent): void {
  const target = targetOf(event.key, event.shiftKey ? FAR_EPOCHS : 1);
  if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  goTo(target);
}

function targetOf(key: string, epochs: number): number | undefined {
  const now = placeNow();
  const at = changes.value.map((change) => change.epoch);
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.ceil(now - TINY) - epochs;
    case "ArrowRight":
    case "ArrowUp":
      return Math.floor(now + TINY) + epochs;
    case "PageDown":
      return at.findLast((change) => change < now - TINY) ?? 0;
    case "PageUp":
      return at.find((change) => change > now + TINY) ?? headEpoch.value;
    case "Home":
      return 0;
    case "End":
      return headEpoch.value;
    default:
      return undefined;
  }
}
