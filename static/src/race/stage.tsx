/** The lanes beside each other: what each contestant answers all over the plane, and how it is. */
import { effect, untracked } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Inks } from "../draw/color.ts";
import { drawContour } from "../draw/contour.ts";
import { drawFit } from "../draw/fit.ts";
import { drawClasses, drawHeat } from "../draw/heat.ts";
import { drawMark, type Pen } from "../draw/pen.ts";
import { classColor } from "../draw/plane.ts";
import { t } from "../language.ts";
import { inks, Picture } from "../panels/picture.tsx";
import type { Metrics, NamedArray } from "../wire.ts";
import { tick, type Lane, type Scene } from "./lane.ts";
import { Mark } from "./mark.tsx";
import { hasDiverged, lanes, names, race, standings } from "./race.ts";
import { stateText, TITLES, valueText, type Measure } from "./words.ts";

const MIDDLE = 128;
const MARGIN = 0.15;

export function Stage() {
  const count = lanes.value.length || race.value.contestants.length;
  return (
    <ul class={`lanes of-${count}`} aria-label={t("Contestants")}>
      {Array.from({ length: count }, (_, i) => (
        <OneLane key={lanes.value[i]?.run ?? i} lane={lanes.value[i]} i={i} />
      ))}
    </ul>
  );
}

/** Its words wait for the tick; its picture does not. */
function OneLane({ lane, i }: { lane: Lane | undefined; i: number }) {
  tick.value;
  const isOut = lane !== undefined && (lane.ended.value !== "" || untracked(() => hasDiverged(lane)));
  const isLost = lane?.isLost.value ?? false;
  const now = lane?.frame.peek();
  const rank = standings.value.find(({ contestant }) => contestant === i)?.rank;
  return (
    <li class={isOut ? "lane out" : "lane"}>
      <h3>
        <Mark i={i} />
        {!!now?.step && rank !== undefined && (
          <span class="rank" title={t("Place {rank}", { rank })}>
            <span class="unseen">{t("Place {rank}", { rank })}</span>
            <span aria-hidden="true">{rank}</span>
          </span>
        )}
      </h3>
      {lane ? <Answer lane={lane} i={i} /> : <div class="answer" />}
      <p class="state">{lane ? untracked(() => stateText(lane, isLost)) : t("On the way to the start")}</p>
      {isOut && <p class="problem">{t(now?.message ?? "")}</p>}
      {now && <Numbers metrics={now.metrics} />}
    </li>
  );
}

function Numbers({ metrics }: { metrics: Metrics }) {
  const shown: Measure[] = ["test_accuracy", "test_loss", "train_loss"];
  return (
    <dl>
      {shown
        .filter((name) => metrics[name] !== undefined)
        .map((name) => (
          <div key={name}>
            <dt>{TITLES[name]}</dt>
            <dd>{valueText(name, metrics[name])}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Values all over the plane under the points, or along a line; of images there is no map. */
function Answer({ lane, i }: { lane: Lane; i: number }) {
  const dimensions = lane.scene.value?.dimensions ?? 2;
  if (dimensions === 0) return <p class="answer quiet">{t("Images have no map: the numbers tell how it goes.")}</p>;
  const label = t("What {name} answers, under the training and test points", { name: names.value[i] ?? "" });
  if (dimensions === 1)
    return (
      <div class="answer" key="line">
        <Picture label={label} draw={(pen, colors) => drawCurve(pen, lane, colors)} />
      </div>
    );
  return (
    <div class="answer" key="plane">
      <Heat lane={lane} />
      <Picture draw={(pen, colors) => drawLine(pen, lane, colors)} />
      <Picture label={label} draw={(pen, colors) => drawPoints(pen, lane.scene.value, colors)} />
    </div>
  );
}

function Heat({ lane }: { lane: Lane }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(
    () =>
      effect(() => {
        const picture = lane.frame.value?.arrays["boundary"];
        if (canvas.current && picture) paint(canvas.current, picture, inks.value);
      }),
    [lane],
  );
  return <canvas class="heat" ref={canvas} aria-hidden="true" />;
}

/** As many pixels as there are cells: the browser enlarges them, and the line hides the seam. */
function paint(canvas: HTMLCanvasElement, { shape, data }: NamedArray, colors: Inks): void {
  const [grids = 0, size = 0] = shape;
  if (grids === 2)
    drawClasses(canvas, data.subarray(0, size * size), data.subarray(size * size), size, size, colors.shades);
  else drawHeat(canvas, data, size, size, colors.diverging);
}

/** Where two classes meet. */
function drawLine({ context, width }: Pen, lane: Lane, colors: Inks): void {
  const { shape: [grids = 0, size = 0] = [], data = [] } = lane.frame.value?.arrays["boundary"] ?? {};
  if (grids !== 1 || lane.scene.value?.task !== "classification") return;
  context.strokeStyle = colors.ink;
  context.globalAlpha = 0.75;
  context.lineWidth = 1.4;
  drawContour(context, data, size, MIDDLE - 0.5, width);
  context.globalAlpha = 1;
}

/** Train filled and test hollow. */
function drawPoints(pen: Pen, scene: Scene | null, colors: Inks): void {
  if (!scene) return;
  const { points, targets, is_test } = scene.arrays;
  const [low, high] = scene.domain;
  const place = (value: number, side: number) => ((value - low) / (high - low)) * side;
  const r = pen.width > 320 ? 2.6 : 2;
  for (let i = 0; i < (targets?.data.length ?? 0); i++) {
    const target = targets?.data[i] ?? 0;
    const x = place(points?.data[2 * i] ?? 0, pen.width);
    const y = pen.height - place(points?.data[2 * i + 1] ?? 0, pen.height);
    const isClass = scene.classes !== null;
    const color = isClass
      ? classColor(colors, target, scene.classes)
      : target < 0
        ? colors.negativeMark
        : colors.positiveMark;
    drawMark(pen.context, x, y, r, isClass ? target : target < 0 ? 0 : 1, color, colors.halo, is_test?.data[i] === 1);
  }
}

function drawCurve(pen: Pen, lane: Lane, colors: Inks): void {
  const scene = lane.scene.value;
  const curve = lane.frame.value?.arrays["curve"];
  if (!scene || !curve) return;
  const { points, targets, is_test } = scene.arrays;
  const samples = {
    points: points?.data ?? [],
    targets: targets?.data ?? [],
    isTest: is_test?.data ?? [],
    classes: null,
  };
  const [from, to] = scene.domain;
  const [low, high] = scene.target_range;
  const margin = MARGIN * (high - low || 1);
  const seen = { left: from, right: to, bottom: low - margin, top: high + margin };
  drawFit(pen, samples, { values: curve.data, from, to }, [], [], seen, colors, true);
}
