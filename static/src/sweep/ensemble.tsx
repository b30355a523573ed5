/** Many seeds: the band of their curves, how many succeed, where they disagree, and each by itself. */
import { computed } from "@preact/signals";
import { drawClasses, drawHeat } from "../draw/heat.ts";
import type { Inks } from "../draw/color.ts";
import type { Pen } from "../draw/pen.ts";
import { Setting } from "../form/controls.tsx";
import { memberOf, resolved, type Schema } from "../form/schema.ts";
import { number, percent } from "../format.ts";
import { plural, t } from "../language.ts";
import { Picture } from "../panels/picture.tsx";
import { catalogue } from "../store.ts";
import { agreement, bandOf, voteOf, type Band } from "../study/bands.ts";
import { drawBand } from "./bandchart.ts";
import type { Cell } from "./server.ts";
import {
  addressOf,
  cells,
  cursor,
  hovered,
  isShare,
  looked,
  measured,
  plan,
  reachedAt,
  study,
  target,
  valueOf,
} from "./study.ts";
import { endOf, MEASURE_NAMES, nameOf, resultText } from "./words.ts";

const runs = computed(() => [...cells.value.values()].sort((a, b) => a.cell - b.cell));

const curveOf = (cell: Cell) => cell.curve[measured.value] ?? [];
const band = computed(() => bandOf(runs.value.map(curveOf)));
const epochs = computed(() => longest(runs.value.map((cell) => cell.epochs)));

function longest(lists: readonly (readonly number[])[]): readonly number[] {
  return lists.reduce((most, list) => (list.length > most.length ? list : most), []);
}

export function Ensemble() {
  return (
    <>
      <Bands />
      <Success />
      <Answers />
    </>
  );
}

function Bands() {
  const { low, middle, high } = band.value;
  const words = t("At the end the median is {middle}, and 8 in 10 runs are from {low} to {high}.", {
    middle: resultText(middle.at(-1) ?? NaN),
    low: resultText(low.at(-1) ?? NaN),
    high: resultText(high.at(-1) ?? NaN),
  });
  return (
    <section class="bands" aria-label={t("Curves")}>
      <h2>{t("{measure} by epoch", { measure: MEASURE_NAMES[measured.value] })}</h2>
      <div class="chart">
        <Picture
          label={t("The median of all runs, and the band from 10 to 90%")}
          describedBy="band-words"
          draw={drawCurve}
        />
      </div>
      <p id="band-words">{runs.value.length ? words : t("Nothing is trained yet.")}</p>
      <p class="quiet">
        {t("Thick: the median. Shaded: 8 in 10 runs. Thin: the run that is looked at. Dotted: the target.")}
      </p>
    </section>
  );
}

function drawCurve(pen: Pen, inks: Inks): void {
  const one = cells.value.get(looked.value);
  const kind = isShare(measured.value) ? "share" : "loss";
  drawBand(pen, epochs.value, band.value, { kind, target: target.value, one: one ? curveOf(one) : [] }, inks);
}

/** How many reach what is to be reached. */
function Success() {
  const done = runs.value.length;
  const reached = runs.value
    .map(reachedAt)
    .filter((epoch) => epoch !== null)
    .sort((a, b) => a - b);
  const diverged = runs.value.filter(({ status }) => status === "diverged").length;
  const middle = reached[Math.floor((reached.length - 1) / 2)] ?? 0;
  return (
    <section class="success" aria-label={t("Success")}>
      <h2>{t("Success")}</h2>
      <div class="settings">
        <Setting path={isShare(measured.value) ? "sweep.target_accuracy" : "sweep.target_loss"} />
      </div>
      {done > 0 && (
        <p>
          <b>{t("{share} succeed", { share: percent(reached.length / done, 0) })}</b>{" "}
          {t("({reached} of {done} runs).", { reached: reached.length, done })}{" "}
          {reached.length > 0 && t("Half of those are there by epoch {epoch}.", { epoch: number(middle) })}{" "}
          {diverged > 0 && plural(diverged, "One run diverged.", "{count} runs diverged.")}
        </p>
      )}
    </section>
  );
}

// --- where they disagree -----------------------------------------------------------------------------------------

const data = computed((): Schema => {
  const family = resolved(catalogue.schema, catalogue.schema.properties?.["data"] ?? {});
  return memberOf(catalogue.schema, family, study.value.data.kind)?.schema ?? {};
});

const answers = computed(() => runs.value.map((cell) => cell.answers).filter((each) => each.length > 0));
const isClasses = computed(() => data.value.task === "classification");
const classes = computed(() => 1 + answers.value.reduce((most, each) => Math.max(most, ...each), 1));
const vote = computed(() => voteOf(isClasses.value ? answers.value : [], classes.value));
const spread = computed<Band>(() => bandOf(isClasses.value ? [] : answers.value));

function Answers() {
  if (data.value.dimensions === 0 || !answers.value.length) return null;
  const isLine = data.value.dimensions === 1;
  return (
    <section class="answers" aria-label={t("Answers")}>
      <h2>{isClasses.value ? t("Where they agree") : t("What they answer")}</h2>
      <div class={isLine ? "chart" : "chart square"}>
        {isLine ? (
          <Picture key="line" label={t("The median answer, and the band from 10 to 90%")} draw={drawAnswers} />
        ) : (
          <Picture key="map" label={t("The answers of all runs together")} describedBy="agreed" draw={drawMap} />
        )}
      </div>
      <p id="agreed">{isClasses.value ? agreedText() : spreadText(isLine)}</p>
    </section>
  );
}

function agreedText(): string {
  const share = percent(agreement(vote.value), 0);
  return t("On {share} of the map at least 9 in 10 runs say the same. The weaker the colour, the more they disagree.", {
    share,
  });
}

function spreadText(isLine: boolean): string {
  const width = Math.max(...spread.value.high.map((high, i) => high - (spread.value.low[i] ?? 0)));
  const most = t("At most the band is {width} wide.", { width: number(width) });
  return isLine ? most : `${t("The stronger, the wider the band from 10 to 90% of the answers.")} ${most}`;
}

function drawAnswers(pen: Pen, inks: Inks): void {
  const { length } = spread.value.middle;
  const reach = plan.value?.reach ?? 1;
  const along = Array.from({ length }, (_, i) => ((2 * i + 1) / length - 1) * reach);
  const one = cells.value.get(looked.value)?.answers ?? [];
  drawBand(pen, along, spread.value, { kind: "value", target: NaN, one }, inks);
}

const BYTE = 255;
const sheet = document.createElement("canvas");

function drawMap({ context, width, height }: Pen, inks: Inks): void {
  const places = answers.value[0]?.length ?? 0;
  const side = Math.round(Math.sqrt(places));
  if (side * side !== places) return;
  if (!isClasses.value) drawHeat(sheet, widths(), side, side, inks.gray);
  else if (classes.value <= 2) drawHeat(sheet, votes(), side, side, inks.diverging);
  else drawClasses(sheet, Uint8Array.from(vote.value.winner), surenesses(), side, side, inks.shades);
  const size = Math.min(width, height);
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet, 0, 0, size, size);
}

/** Of two classes the share of the runs that say the second: 0, none, to 255, all. */
function votes(): number[] {
  const { winner, share } = vote.value;
  return winner.map((each, i) => Math.round(BYTE * (each ? (share[i] ?? 0) : 1 - (share[i] ?? 0))));
}

/** From as divided as they can be, 0, to of one mind, 255. */
function surenesses(): Uint8Array {
  const least = 1 / classes.value;
  return Uint8Array.from(vote.value.share, (share) => Math.round((BYTE * (share - least)) / (1 - least)));
}

function widths(): number[] {
  const { low, high } = spread.value;
  const each = high.map((value, i) => value - (low[i] ?? 0));
  const most = Math.max(...each) || 1;
  return each.map((width) => Math.round((BYTE * width) / most));
}

// --- each by itself ----------------------------------------------------------------------------------------------

export function Runs() {
  return (
    <div class="scrolled tall" onPointerLeave={() => (hovered.value = null)}>
      <table>
        <caption>{t("Each run")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("Run")}</th>
            <th scope="col">{MEASURE_NAMES[measured.value]}</th>
            <th scope="col">{t("Target reached at epoch")}</th>
          </tr>
        </thead>
        <tbody>
          {runs.value.map((cell) => (
            <tr
              key={cell.cell}
              data-looked={looked.value === cell.cell}
              onPointerEnter={() => (hovered.value = cell.cell)}
            >
              <th scope="row">
                <a href={addressOf(cell)} onFocus={() => (cursor.value = cell.cell)}>
                  {nameOf(cell.cell)}
                </a>
              </th>
              <td>{endOf(cell, valueOf(cell))}</td>
              <td>{reachedText(cell)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function reachedText(cell: Cell): string {
  const epoch = reachedAt(cell);
  return epoch === null ? "–" : number(epoch);
}
