/** The curves of all contestants on one chart: a measure over epochs, updates or seconds. */
import { signal } from "@preact/signals";
import { colorOf, LOOKS } from "../draw/looks.ts";
import { drawRivals, type Rival } from "../draw/rivals.ts";
import { between } from "../draw/rising.ts";
import type { Inks } from "../draw/color.ts";
import type { Pen } from "../draw/pen.ts";
import { Segments } from "../form/controls.tsx";
import { t } from "../language.ts";
import { Picture } from "../panels/picture.tsx";
import { tick, type Lane } from "./lane.ts";
import { lanes, measure, names, race } from "./race.ts";
import { MEASURES, TITLES, type Measure } from "./words.ts";

const SPENDINGS = ["epoch", "step", "seconds"] as const;
type Spending = (typeof SPENDINGS)[number];

const OVER: Readonly<Record<Spending, string>> = { epoch: t("Epochs"), step: t("Updates"), seconds: t("Seconds") };

const spending = signal<Spending>("epoch");
/** The measure that is looked at; null is the one that the race is about. */
const looked = signal<Measure | null>(null);

export function Chart() {
  const shown = looked.value ?? (measure.value as Measure);
  const isClassifying = lanes.value.some(({ scene }) => scene.value?.task === "classification");
  const choices = MEASURES.filter((name) => isClassifying || !name.endsWith("accuracy"));
  return (
    <section class="chart" aria-labelledby="chart-title">
      <div class="heading">
        <h2 id="chart-title">{t("Curves")}</h2>
        <select
          aria-label={t("Curve")}
          value={shown}
          onChange={(event) => (looked.value = event.currentTarget.value as Measure)}
        >
          {choices.map((name) => (
            <option key={name} value={name}>
              {TITLES[name]}
            </option>
          ))}
        </select>
        <Segments
          label={t("Over")}
          choices={SPENDINGS.map((each) => OVER[each])}
          chosen={OVER[spending.value]}
          onChoose={(choice) => (spending.value = SPENDINGS.find((each) => OVER[each] === choice) ?? "epoch")}
        />
      </div>
      <div class="curves">
        <Picture
          label={t("{measure} of each contestant over {spending}", {
            measure: TITLES[shown],
            spending: OVER[spending.value],
          })}
          describedBy="verdict"
          draw={draw}
        />
      </div>
      {spending.value === "seconds" && (
        <p class="quiet">
          {t("Seconds that training itself took of the processor; pauses and pictures do not count.")}
        </p>
      )}
    </section>
  );
}

function draw(pen: Pen, inks: Inks): void {
  tick.value;
  const shown = looked.value ?? (measure.value as Measure);
  const { target, epochs } = race.value;
  const rivals = lanes.value.map((lane, i) => rivalOf(lane, i, shown));
  const furthest = Math.max(0, ...rivals.map(({ spent }) => spent.at(-1) ?? 0));
  const most = spending.value === "epoch" ? Math.max(epochs, furthest) : furthest;
  drawRivals(
    pen,
    rivals,
    {
      most: most || 1,
      isShare: shown.endsWith("accuracy"),
      target: shown === measure.value ? target.value : null,
      targetName: t("Target"),
      isWhole: spending.value !== "seconds",
    },
    inks,
  );
}

function rivalOf({ columns, clock, frame }: Lane, i: number, name: Measure): Rival {
  const steps = columns["step"] ?? [];
  const spent =
    spending.value === "seconds"
      ? steps.map((step) => between(clock.steps, clock.seconds, step))
      : (columns[spending.value] ?? []);
  return {
    name: names.value[i] ?? "",
    color: colorOf(i),
    dash: LOOKS[i]?.dash ?? [],
    spent,
    values: columns[name] ?? [],
    isOut: frame.peek()?.status === "diverged",
  };
}
