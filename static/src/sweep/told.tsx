/** What the map and the bands come to: the run that is looked at, and the best. */
import { drawCurves, type Curve } from "../draw/curves.ts";
import type { Inks } from "../draw/color.ts";
import type { Pen } from "../draw/pen.ts";
import { loss } from "../format.ts";
import { t } from "../language.ts";
import { Picture } from "../panels/picture.tsx";
import { Runs } from "./ensemble.tsx";
import { addressOf, best, cells, failures, isEnsemble, looked, measured, plan, study, valueOf } from "./study.ts";
import { endOf, MEASURE_NAMES, nameOf } from "./words.ts";

export function Told() {
  return (
    <section class="told" aria-label={t("In numbers")}>
      <Looked />
      <Best />
      {isEnsemble.value && cells.value.size > 0 && <Runs />}
    </section>
  );
}

/** The run that is pointed at. */
function Looked() {
  const cell = cells.value.get(looked.value);
  if (!plan.value) return null;
  return (
    <div class="looked">
      <h2>{nameOf(looked.value)}</h2>
      <p>
        {cell
          ? `${MEASURE_NAMES[measured.value]}: ${endOf(cell, valueOf(cell))}`
          : (failures.value.get(looked.value) ?? t("not trained yet"))}
      </p>
      {cell?.message && <p class="quiet">{t(cell.message)}</p>}
      <div class="chart small">
        <Picture label={t("Its losses by epoch")} draw={drawLosses} />
      </div>
      {cell && (
        <a class="button outlined" href={addressOf(cell)}>
          {t("Open on the workbench")}
        </a>
      )}
    </div>
  );
}

const PLAIN = { isLog: true, isShare: false, isSmooth: false, changes: [], rate: null, cursor: -1 } as const;
const TEST_DASH = [5, 3];

function drawLosses(pen: Pen, inks: Inks): void {
  const cell = cells.value.get(looked.value);
  if (!cell || cell.epochs.length < 2) return;
  const series: Curve[] = [
    { name: t("train"), values: cell.curve.train_loss ?? [], color: inks.ink, dash: [], text: loss },
    { name: t("test"), values: cell.curve.test_loss ?? [], color: inks.soft, dash: TEST_DASH, text: loss },
  ];
  const lastEpoch = study.value.sweep.epochs;
  const trouble = cell.status === "diverged" ? t("diverged") : "";
  drawCurves(pen, cell.epochs, series, { ...PLAIN, lastEpoch, shown: lastEpoch, trouble }, inks);
}

function Best() {
  const cell = best.value;
  if (!cell) return null;
  return (
    <p class="winner">
      {t("Best: {name}, {result}.", { name: nameOf(cell.cell), result: endOf(cell, valueOf(cell)) })}{" "}
      <a href={addressOf(cell)}>{t("Open it")}</a>
    </p>
  );
}
