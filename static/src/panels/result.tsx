/** How well it does: the numbers, the picture of the answer, and the loss on the way there. */
import { computed } from "@preact/signals";
import * as format from "../format.ts";
import { isDrawing } from "./drawing/mode.ts";
import { Check } from "../form/controls.tsx";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { connection, isLogScale, isPlaying, scene, showsTest, step, toldFrame } from "../store.ts";
import { isNear, looked, showsMistakes } from "./answers.ts";
import { TableButton } from "./datatable.tsx";
import { later } from "./later.tsx";
import { ClassLegend, Legend } from "./legend.tsx";
import { Losses } from "./losses.tsx";
import { Menu } from "./menu.tsx";
import { Plane } from "./plane.tsx";
import { zoomAt } from "./points.tsx";
import { isZoomed, showWhole } from "./view.ts";

const Fit = later(async () => (await import("./fit.tsx")).Fit);
const Images = later(async () => (await import("./images.tsx")).Images);
const Code = later(async () => (await import("./code.tsx")).Code);
const Reading = later(async () => (await import("./reading.tsx")).Reading, true);
const Count = later(async () => (await import("./reading.tsx")).Count, true);
const Description = later(async () => (await import("./reading.tsx")).Description, true);
const Tools = later(async () => (await import("./drawing/tools.tsx")).Tools);
const Residuals = later(async () => (await import("./table/residuals.tsx")).Residuals);
const Seen = later(async () => (await import("./table/seen.tsx")).Seen);
const Choices = later(async () => (await import("./choices.tsx")).Choices);

const dimensions = computed(() => scene.value?.dimensions ?? 2);
const task = computed(() => scene.value?.task ?? "classification");

/** On a phone the choices of what is drawn stand below it. */
export function Result({ isPhone }: { isPhone: boolean }) {
  return (
    <section class="answer" aria-labelledby="result-title">
      <div class="heading">
        <h2 id="result-title">{t("Result")}</h2>
        {!isPhone && <Shown />}
      </div>
      <Numbers />
      <Answer />
      {isPhone && (
        <div class="drawn">
          <Shown />
        </div>
      )}
      <Losses>
        <LogScale />
      </Losses>
    </section>
  );
}

/** Of a network that has learned nothing yet the picture says little. */
const isAtRest = computed(() => !isPlaying.value && step.value > 0 && connection.value.state === "live");

/** The picture of the answer, and what stands below it. */
function Answer() {
  if (task.value === "autoencoder") return <Code legend={<ClassLegend />} />;
  if (dimensions.value === 0) return <Images />;
  return (
    <>
      {dimensions.value === 1 ? <Fit /> : <Plane />}
      {isDrawing.value ? <Tools /> : <Below />}
      {showsMistakes.value && <Count />}
      {scene.value?.input_scale && <Seen />}
      {scene.value?.input_scale && <Residuals />}
      {isAtRest.value && <Description />}
    </>
  );
}

/** Choices of what is drawn. */
function Shown() {
  const hasPoints = dimensions.value > 0;
  return (
    <div class="shown">
      {(hasPoints || task.value === "autoencoder") && (
        <Check isOn={showsTest.value} onChange={(isOn) => (showsTest.value = isOn)}>
          {t("Test points")}
          <svg class="hollow" viewBox="0 0 10 10" aria-hidden="true">
            <circle cx="5" cy="5" r="3.5" />
          </svg>
        </Check>
      )}
      {hasPoints && (
        <Check isOn={showsMistakes.value} onChange={(isOn) => (showsMistakes.value = isOn)}>
          {task.value === "classification" ? t("Mistakes") : t("Largest errors")}
        </Check>
      )}
      <ViewButton />
    </div>
  );
}

function ViewButton() {
  const name = t("How the answer is painted");
  return (
    <Menu
      id="view-choices"
      label={name}
      class="menu choices"
      button={{ class: "button small view", title: name }}
      content={Choices}
    >
      {t("View")}
      <Icon name="down" />
    </Menu>
  );
}

function LogScale() {
  return (
    <Check isOn={isLogScale.value} onChange={(isOn) => (isLogScale.value = isOn)}>
      {t("Log scale")}
    </Check>
  );
}

const accuracy = computed(() =>
  format.percent(toldFrame.value?.metrics.test_accuracy ?? toldFrame.value?.metrics.train_accuracy),
);
const accuracyName = computed(() =>
  toldFrame.value && toldFrame.value.metrics.test_accuracy === undefined ? t("Train accuracy") : t("Test accuracy"),
);
const trainLoss = computed(() => format.loss(toldFrame.value?.metrics.train_loss));
const testLoss = computed(() => format.loss(toldFrame.value?.metrics.test_loss));

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

/** The numbers of the point that is looked at, else what the colours mean; and what one can do with the picture. */
function Below() {
  return (
    <div class="below">
      {looked.value >= 0 ? <Reading /> : <Legend />}
      <div class="tools" onPointerEnter={() => (isNear.value = true)} onFocusIn={() => (isNear.value = true)}>
        {isZoomed.value && (
          <button type="button" class="button small" title={t("Show the whole again. Key 0.")} onClick={showWhole}>
            {t("Whole")}
          </button>
        )}
        <ZoomButton by={2} />
        <ZoomButton by={0.5} />
        <TableButton
          title={t("Points and answers")}
          table={async () => (await import("./pointtable.ts")).pointTable()}
        />
      </div>
    </div>
  );
}

function ZoomButton({ by }: { by: number }) {
  const [name, keys] =
    by < 1
      ? [t("Zoom in"), t("Zoom in. Also Ctrl and the wheel, or the key + on the picture.")]
      : [t("Zoom out"), t("Zoom out. Also Ctrl and the wheel, or the key − on the picture.")];
  return (
    <button type="button" class="button square small" aria-label={name} title={keys} onClick={() => zoomAt(by)}>
      <Icon name={by < 1 ? "plus" : "minus"} />
    </button>
  );
}
