/** The losses on the way, and the learning rate: a chart to read point by point. */
import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { changeNear } from "../draw/change.ts";
import { drawCurves, endOf, ROOM, type Curve } from "../draw/curves.ts";
import type { Inks } from "../draw/color.ts";
import { nearest } from "../draw/rising.ts";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { changes, column, curveTick, frame, isDiverged, isLogScale, sought } from "../store.ts";
import { TableButton, type DataTable } from "./datatable.tsx";
import { Picture } from "./picture.tsx";

/** So many presses of an arrow key cross the chart. */
const PRESSES = 100;

/** The epoch that is read, or null. */
const reading = signal<number | null>(null);
/** The picture's width in pixels. */
let width = 1;

/** The place of the point that is read, or -1. */
const cursor = computed(() => {
  curveTick.value;
  return reading.value === null || !column("epoch").length ? -1 : nearest(column("epoch"), reading.value);
});

function series(colors: Inks): { losses: readonly Curve[]; rate: Curve } {
  const [faint, loss] = [colors.faint, format.loss];
  return {
    losses: [
      { name: t("test"), values: column("test_loss"), color: faint, dash: [4, 3], text: loss },
      { name: t("train"), values: column("train_loss"), color: colors.ink, dash: [], text: loss },
    ],
    rate: {
      name: t("rate"),
      values: column("learning_rate"),
      color: faint,
      dash: [1, 3],
      thickness: 1.5,
      text: format.number,
    },
  };
}

export function Losses({ children }: { children: ComponentChildren }) {
  return (
    <section class="losses" aria-labelledby="loss-title">
      <div class="heading">
        <h2 id="loss-title">{t("Loss")}</h2>
        {children}
        <TableButton title={t("Loss by epoch")} table={table} />
      </div>
      <div
        class="loss-chart"
        onPointerMove={point}
        onPointerLeave={(event) => event.pointerType === "touch" || leave()}
      >
        <Picture class="loss" label={t("Training loss, test loss and learning rate by epoch")} draw={drawLosses} />
        <Reader />
      </div>
    </section>
  );
}

function drawLosses(pen: Parameters<typeof drawCurves>[0], colors: Inks): void {
  curveTick.value;
  width = pen.width;
  const { losses, rate } = series(colors);
  const shown = sought.value?.epoch ?? frame.peek()?.exact_epoch ?? 0;
  const trouble = isDiverged.value
    ? t("diverged at epoch {epoch}", { epoch: format.count(frame.peek()?.epoch ?? 0) })
    : "";
  const isLog = isLogScale.value;
  const options = { isLog, trouble, shown, changes: changes.value, rate, cursor: cursor.value };
  drawCurves(pen, column("epoch"), losses, options, colors);
}

/** Everything that is on the curves, a row for each of their points. */
function table(): DataTable {
  const columns = [
    { key: "epoch", name: t("epoch"), text: epochText },
    { key: "step", name: t("updates") },
    { key: "train_loss", name: t("train loss") },
    { key: "test_loss", name: t("test loss") },
    { key: "train_accuracy", name: t("train accuracy"), text: percentText },
    { key: "test_accuracy", name: t("test accuracy"), text: percentText },
    { key: "learning_rate", name: t("learning rate") },
  ].filter(({ key }) => column(key).some(Number.isFinite));
  const rows = column("epoch").map((_, i) => columns.map(({ key }) => column(key)[i] ?? NaN));
  return { columns, rows };
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
      onInput={({ currentTarget }) => (reading.value = (Number(currentTarget.value) / 100) * endOf(column("epoch")))}
      onKeyDown={readByKey}
      onFocus={({ currentTarget }) => {
        if (currentTarget.matches(":focus-visible")) reading.value ??= frame.peek()?.exact_epoch ?? 0;
      }}
      onBlur={leave}
    />
  );
}

/** "epoch 40: train loss 0.310, test loss 0.345, learning rate 0.03", and what was changed there. */
function epochText(epoch: number): string {
  return Number.isInteger(epoch) ? format.count(epoch) : format.number(epoch, 4);
}

function percentText(share: number): string {
  return format.percent(share);
}

const words = computed(() => {
  const at = cursor.value;
  if (at < 0) return t("nothing read yet");
  const epoch = column("epoch")[at] ?? 0;
  const value = (name: string, text: (value: number) => string) => {
    const number = column(name)[at] ?? NaN;
    return Number.isFinite(number) ? [text(number)] : [];
  };
  const change = changeNear(changes.value, epoch, endOf(column("epoch")), width);
  const values = [
    ...value("train_loss", (loss) => t("train loss {loss}", { loss: format.loss(loss) })),
    ...value("test_loss", (loss) => t("test loss {loss}", { loss: format.loss(loss) })),
    ...value("learning_rate", (rate) => t("learning rate {rate}", { rate: format.number(rate) })),
    ...(change ? [change.text] : []),
  ];
  return t("epoch {epoch}: {change}", { epoch: format.count(Math.floor(epoch)), change: values.join(", ") });
});

function point({ currentTarget, clientX }: PointerEvent): void {
  if (!(currentTarget instanceof Element)) return;
  const box = currentTarget.getBoundingClientRect();
  const share = (clientX - box.left - ROOM.left) / (box.width - ROOM.left - ROOM.right);
  reading.value = Math.min(1, Math.max(0, share)) * endOf(column("epoch"));
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
  const far = nearest(epochs, (epochs[cursor.value] ?? 0) + (by * endOf(epochs)) / PRESSES);
  const next = far === cursor.value ? far + by : far;
  const place = event.key === "Home" ? 0 : event.key === "End" ? last : Math.min(last, Math.max(0, next));
  reading.value = epochs[place] ?? 0;
}
