/** How well it does: the numbers, the picture of the answer, and the loss on the way there. */
import { computed, effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawContour } from "../draw/contour.ts";
import { drawFit } from "../draw/fit.ts";
import { drawClasses, drawHeat, enlarged } from "../draw/heat.ts";
import { classColor, drawSamples, planeSide, type Samples } from "../draw/plane.ts";
import { drawMark, sharpPen } from "../draw/pen.ts";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { Check } from "../form/controls.tsx";
import { frame, isLogScale, neuron, scene, showsTest, type Scene } from "../store.ts";
import { Code } from "./code.tsx";
import { ownMap } from "./enlarged.tsx";
import { Images } from "./images.tsx";
import { Losses } from "./losses.tsx";
import { inks, Picture } from "./picture.tsx";
import { PointPicker } from "./points.tsx";
import { isPassing, nameOf, regarded } from "./regard.ts";

const dimensions = computed(() => scene.value?.dimensions ?? 2);

/** On a phone the choices of what is drawn share one row. */
export function Result({ isPhone }: { isPhone: boolean }) {
  return (
    <section class="answer" aria-labelledby="result-title">
      <div class="heading">
        <h2 id="result-title">{t("Result")}</h2>
        {!isPhone && <TestPoints />}
      </div>
      <Numbers />
      <Answer />
      {isPhone && (
        <div class="drawn">
          <TestPoints />
          <LogScale />
        </div>
      )}
      <Losses>{!isPhone && <LogScale />}</Losses>
    </section>
  );
}

/** The picture of the answer. */
function Answer() {
  if (task.value === "autoencoder") return <Code legend={<ClassLegend />} />;
  return dimensions.value === 0 ? <Images /> : dimensions.value === 1 ? <Fit /> : <Plane />;
}

function TestPoints() {
  if (dimensions.value === 0 && task.value !== "autoencoder") return null;
  return (
    <Check isOn={showsTest.value} onChange={(isOn) => (showsTest.value = isOn)}>
      {t("Test points")}
      <svg class="hollow" viewBox="0 0 10 10" aria-hidden="true">
        <circle cx="5" cy="5" r="3.5" />
      </svg>
    </Check>
  );
}

function LogScale() {
  return (
    <Check isOn={isLogScale.value} onChange={(isOn) => (isLogScale.value = isOn)}>
      {t("Log scale")}
    </Check>
  );
}

const task = computed(() => scene.value?.task ?? "classification");
const accuracy = computed(() =>
  format.percent(frame.value?.metrics.test_accuracy ?? frame.value?.metrics.train_accuracy),
);
const accuracyName = computed(() =>
  frame.value && frame.value.metrics.test_accuracy === undefined ? t("Train accuracy") : t("Test accuracy"),
);
const trainLoss = computed(() => format.loss(frame.value?.metrics.train_loss));
const testLoss = computed(() => format.loss(frame.value?.metrics.test_loss));

function Numbers() {
  return (
    <dl class="numbers">
      {task.value === "classification" && (
        <div>
          <dt>{accuracyName}</dt>
          <dd>{accuracy}</dd>
        </div>
      )}
      <div>
        <dt>{t("Train loss")}</dt>
        <dd>{trainLoss}</dd>
      </div>
      <div>
        <dt>{t("Test loss")}</dt>
        <dd>{testLoss}</dd>
      </div>
    </dl>
  );
}

/** The plane coloured by the network's answer, or by the picked neuron's, under the points. */
function Plane() {
  const heat = useRef<HTMLCanvasElement>(null);
  const line = useRef<HTMLCanvasElement>(null);
  const side = useSignal(0);
  useEffect(() => effect(() => drawAnswer(heat.current, line.current, side.value)), []);
  return (
    <>
      <figure class="plane">
        <canvas class="heat" ref={heat} style={square(side.value)} aria-hidden="true" />
        <canvas class="line" ref={line} style={square(side.value)} aria-hidden="true" />
        <Picture
          class="samples"
          label={planeLabel.value}
          draw={(pen, colors) => {
            const world = scene.value;
            side.value = planeSide(pen.width, pen.height);
            if (world) drawSamples(pen, samplesOf(world), world.domain, colors, showsTest.value);
          }}
        />
        <PointPicker side={side.value} />
      </figure>
      <Legend />
    </>
  );
}

const planeLabel = computed(() =>
  task.value === "classification"
    ? t(
        "Decision boundary: the plane coloured by the network's output, with training points filled and test points hollow",
      )
    : t(
        "Answer over the plane: the plane coloured by the network's output, with training points filled and test points hollow",
      ),
);

function square(side: number): { width: string; height: string } {
  return { width: `${side}px`, height: `${side}px` };
}

/** What the points of a scene are, for the pictures. */
function samplesOf(world: Scene): Samples {
  const { points, targets, is_test } = world.arrays;
  return {
    points: points?.data ?? [],
    targets: targets?.data ?? [],
    isTest: is_test?.data ?? [],
    classes: world.classes,
  };
}

let fine = new Uint8ClampedArray(0);
const MIDDLE = 128;

function drawAnswer(heat: HTMLCanvasElement | null, line: HTMLCanvasElement | null, side: number): void {
  const colors = inks.value;
  const now = frame.value;
  const picked = ownMap.value;
  const boundary = now?.scene === scene.value?.scene ? now?.arrays["boundary"] : undefined;
  if (!heat || !line || !(picked ?? boundary)) return;
  const stack = picked ?? boundary;
  const [grids = 0, size = 0] = stack?.shape ?? [];
  const data = stack?.data ?? new Uint8Array();
  if (grids === 2) {
    drawClasses(heat, data.subarray(0, size * size), data.subarray(size * size), size, size, colors.shades);
    sharpPen(line, side, side);
    return;
  }
  if (fine.length !== 9 * size * size) fine = new Uint8ClampedArray(9 * size * size);
  drawHeat(heat, enlarged(data, size, fine), size * 3, size * 3, colors.diverging);
  const pen = sharpPen(line, side, side);
  if (!pen || picked || task.value === "regression") return;
  pen.context.strokeStyle = colors.ink;
  pen.context.globalAlpha = 0.75;
  pen.context.lineWidth = 1.4;
  drawContour(pen.context, data, size, MIDDLE - 0.5, side);
}

function Legend() {
  const world = scene.value;
  if (regarded.value) return <Picked />;
  if (world && (world.classes ?? 0) > 2) return <ClassLegend />;
  const [low, high] =
    world?.task === "regression"
      ? world.target_range.map((value) => format.number(value, 2))
      : [t("orange"), t("blue")];
  return (
    <p class="legend">
      <span>
        <i class="mark negative" />
        {low}
      </span>
      <span class="ramp" />
      <span>
        {high}
        <i class="mark positive" />
      </span>
    </p>
  );
}

function ClassLegend() {
  const world = scene.value;
  return (
    <p class="legend classes">
      {world?.class_names.map((name, i) => (
        <span key={name}>
          <ClassMark index={i} classes={world.classes} />
          {t(name)}
        </span>
      ))}
    </p>
  );
}

/** The colour and the shape of a class. */
function ClassMark({ index, classes }: { index: number; classes: number | null }) {
  return (
    <Picture
      class="class-mark"
      draw={({ context, width, height }, colors) =>
        drawMark(context, width / 2, height / 2, 4, index, classColor(colors, index, classes), colors.halo, false)
      }
    />
  );
}

/** Says that the picture is one neuron's, and where it stays so gives the way back. */
function Picked() {
  const name = regarded.value ? nameOf(regarded.value) : "";
  if (isPassing.value)
    return (
      <p class="legend passing">
        <b>{name}</b>
      </p>
    );
  return (
    <p class="legend picked">
      <span>{t("Showing only {name}", { name })}</span>
      <button type="button" class="button outlined small" onClick={() => (neuron.value = null)}>
        {t("Show the output")}
      </button>
    </p>
  );
}

/** Regression of one input. */
function Fit() {
  return (
    <>
      <Picture
        class="fit"
        label={t("The network's answer as a curve over its input, with training points filled and test points hollow")}
        draw={(pen, colors) => {
          const world = scene.value;
          if (!world) return;
          const ranges = { domain: world.domain, target: world.target_range };
          drawFit(pen, samplesOf(world), ownCurve(world) ?? answer(world), ranges, colors, showsTest.value);
        }}
      />
      {regarded.value ? <Picked /> : <p class="legend" />}
    </>
  );
}

function answer({ scene }: Scene): ArrayLike<number> {
  return (frame.value?.scene === scene && frame.value.arrays["curve"]?.data) || [];
}

/** What the neuron that is looked at answers, its own range laid over that of the targets. */
function ownCurve({ target_range: [low, high] }: Scene): ArrayLike<number> | undefined {
  return ownMap.value && Array.from(ownMap.value.data, (byte) => low + (byte / 255) * (high - low));
}
