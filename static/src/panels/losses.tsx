/** The losses on the way, or how many answers were right, and the learning rate: a chart to read point by point. */
import { computed, effect, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { changeNear } from "../draw/change.ts";
import { drawCurves, ROOM, type Curve } from "../draw/curves.ts";
import type { Inks } from "../draw/color.ts";
import { nearest } from "../draw/rising.ts";
import { Check, Segments } from "../form/controls.tsx";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { lastEpoch } from "../moments.ts";
import { keep, recall } from "../storage.ts";
import { changes, column, curveTick, frame, isDiverged, isLogScale, scene, sought } from "../store.ts";
import { TableButton } from "./datatable.tsx";
import { Picture } from "./picture.tsx";

/** So many presses of an arrow key cross the chart. */
const PRESSES = 100;

/** The epoch that is read, or null. */
export const reading = signal<number | null>(null);
/** The picture's width in pixels. */
let width = 1;

/** The place of the point that is read, or -1. */
const cursor = computed(() => {
  curveTick.value;
  return reading.value === null || !column("epoch").length ? -1 : nearest(column("epoch"), reading.value);
});

const LOSS = t("Loss");
const ACCURACY = t("Accuracy");

const wantsAccuracy = signal(recall("curve") === "accuracy");
/** What has no classes has no accuracy. */
const hasAccuracy = computed(() => scene.value?.task === "classification");
const showsAccuracy = computed(() => wantsAccuracy.value && hasAccuracy.value);
isLogScale.value = recall("log-scale") !== "off";

/** Whether averages are wanted; as long as nobody has said, they are where the curves are rough. */
const wantsSmooth = signal(recall("smooth"));
const isRough = signal(false);
const isSmooth = computed(() => (wantsSmooth.value === null ? isRough.value : wantsSmooth.value === "on"));

/** Curves become rough and smooth again at different shares of the height, so that they do not flicker in between. */
const ROUGH = 0.05;
const SMOOTH = 0.025;

effect(() => {
  keep("curve", wantsAccuracy.value ? "accuracy" : "loss");
  keep("log-scale", isLogScale.value ? "on" : "off");
  if (wantsSmooth.value !== null) keep("smooth", wantsSmooth.value);
});

function curvesOf(measure: "loss" | "accuracy", colors: Inks): readonly Curve[] {
  const text = measure === "loss" ? format.loss : format.percent;
  return [
    { name: t("test"), values: column(`test_${measure}`), color: colors.faint, dash: [4, 3], text },
    { name: t("train"), values: column(`train_${measure}`), color: colors.ink, dash: [], text },
  ];
}

function rateCurve({ faint: color }: Inks): Curve {
  const values = column("learning_rate");
  return { name: t("rate"), values, color, dash: [1, 3], thickness: 1.5, text: format.number };
}

export function Losses({ children }: { children: ComponentChildren }) {
  const label = showsAccuracy.value
    ? t("Training accuracy and test accuracy by epoch")
    : t("Training loss, test loss and learning rate by epoch");
  return (
    <section class="losses" aria-labelledby="loss-title">
      <div class="heading">
        <h2 id="loss-title" class={hasAccuracy.value ? "unseen" : ""}>
          {showsAccuracy.value ? ACCURACY : LOSS}
        </h2>
        {hasAccuracy.value && <Measure />}
        <Check isOn={isSmooth.value} onChange={(isOn) => (wantsSmooth.value = isOn ? "on" : "off")}>
          {t("Smooth")}
        </Check>
        {!showsAccuracy.value && children}
        <TableButton title={t("Loss by epoch")} table={async () => (await import("./losstable.ts")).lossTable()} />
      </div>
      <div
        class="loss-chart"
        onPointerMove={point}
        onPointerLeave={(event) => event.pointerType === "touch" || leave()}
      >
        <Picture class="loss" label={label} draw={drawLosses} />
        <Reader />
      </div>
    </section>
  );
}

/** Which of the two is drawn. */
function Measure() {
  const chosen = showsAccuracy.value ? ACCURACY : LOSS;
  const choose = (choice: string) => (wantsAccuracy.value = choice === ACCURACY);
  return <Segments label={t("Curves")} choices={[LOSS, ACCURACY]} chosen={chosen} onChoose={choose} />;
}

function drawLosses(pen: Parameters<typeof drawCurves>[0], colors: Inks): void {
  curveTick.value;
  width = pen.width;
  const isShare = showsAccuracy.value;
  const options = {
    lastEpoch: lastEpoch.value,
    isShare,
    isLog: isLogScale.value && !isShare,
    isSmooth: isSmooth.value,
    trouble: isDiverged.value ? t("diverged at epoch {epoch}", { epoch: format.count(frame.peek()?.epoch ?? 0) }) : "",
    shown: sought.value?.epoch ?? frame.peek()?.exact_epoch ?? 0,
    changes: changes.value,
    rate: isShare ? null : rateCurve(colors),
    cursor: cursor.value,
  };
  const curves = curvesOf(isShare ? "accuracy" : "loss", colors);
  const roughness = drawCurves(pen, column("epoch"), curves, options, colors);
  isRough.value = roughness > (isRough.peek() ? SMOOTH : ROUGH);
}

/** A slider over the chart that reads it. */
function Reader() {
  return (
    <input
      type="range"
      class="reader"
      aria-label={t("Read the curves at an epoch")}
      aria-valuetext={words}
      min={0}
      max={100}
      step="any"
      onInput={({ currentTarget }) => (reading.value = (Number(currentTarget.value) / 100) * lastEpoch.value)}
      onKeyDown={readByKey}
      onFocus={({ currentTarget }) => {
        if (currentTarget.matches(":focus-visible")) reading.value ??= frame.peek()?.exact_epoch ?? 0;
      }}
      onBlur={leave}
    />
  );
}

/** "epoch 40: train loss 0.310, test loss 0.345, learning rate 0.03", and what was changed there. */
const words = computed(() => {
  const at = cursor.value;
  if (at < 0) return t("nothing read yet");
  const epoch = column("epoch")[at] ?? 0;
  const value = (name: string, text: (value: number) => string) => {
    const number = column(name)[at] ?? NaN;
    return Number.isFinite(number) ? [text(number)] : [];
  };
  const change = changeNear(changes.value, epoch, lastEpoch.value, width);
  const read = showsAccuracy.value
    ? [
        ...value("train_accuracy", (share) => t("train accuracy {share}", { share: format.percent(share) })),
        ...value("test_accuracy", (share) => t("test accuracy {share}", { share: format.percent(share) })),
      ]
    : [
        ...value("train_loss", (loss) => t("train loss {loss}", { loss: format.loss(loss) })),
        ...value("test_loss", (loss) => t("test loss {loss}", { loss: format.loss(loss) })),
      ];
  const values = [
    ...read,
    ...value("learning_rate", (rate) => t("learning rate {rate}", { rate: format.number(rate) })),
    ...(change ? [change.text] : []),
  ];
  return t("epoch {epoch}: {change}", { epoch: format.count(Math.floor(epoch)), change: values.join(", ") });
});

function point({ currentTarget, clientX }: PointerEvent): void {
  if (!(currentTarget instanceof Element)) return;
  const box = currentTarget.getBoundingClientRect();
  const share = (clientX - box.left - ROOM.left) / (box.width - ROOM.left - ROOM.right);
  reading.value = Math.min(1, Math.max(0, share)) * lastEpoch.value;
}

function leave(): void {
  reading.value = null;
}

/** Along the points, at least one at a time. */
function readByKey(event: KeyboardEvent): void {
  const epochs = column("epoch");
  const by =
    Number(["ArrowRight", "ArrowUp"].includes(event.key)) - Number(["ArrowLeft", "ArrowDown"].includes(event.key));
  const last = epochs.length - 1;
  if (event.key !== "Home" && event.key !== "End" && !by) return;
  event.preventDefault();
  const far = nearest(epochs, (epochs[cursor.value] ?? 0) + (by * lastEpoch.value) / PRESSES);
  const next = far === cursor.value ? far + by : far;
  const place = event.key === "Home" ? 0 : event.key === "End" ? last : Math.min(last, Math.max(0, next));
  reading.value = epochs[place] ?? 0;
}
