/** Two to four runs beside each other: their curves on one chart, what they have learned, and in what they differ. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { count, loss, percent } from "../format.ts";
import { plural, t } from "../language.ts";
import { Thumbnail } from "./card.tsx";
import { LOOKS } from "../draw/looks.ts";
import { MEASURES, Overlay, type Measure } from "./chart.tsx";
import type { KeptRun } from "./server.ts";
import { addressOf, runsCompared } from "./shelf.ts";
import { brief, contrasts, nameOfRun, resultOf, settingName, stateOf } from "./words.ts";

const measure = signal<Measure>("test_loss");

const NAMES: Readonly<Record<Measure, string>> = {
  test_loss: t("Test loss"),
  train_loss: t("Train loss"),
  test_accuracy: t("Test accuracy"),
  train_accuracy: t("Train accuracy"),
};

export function Comparison() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const runs = runsCompared.value;
  return (
    <section class="comparison" aria-labelledby="comparison">
      <a class="button outlined" href="#">
        {t("Back to all runs")}
      </a>
      <h2 id="comparison" ref={heading} tabIndex={-1}>
        {plural(runs.length, "One run", "{count} runs beside each other")}
      </h2>
      {runs.length > 0 ? <Compared runs={runs} /> : <p>{t("These runs are not there any more.")}</p>}
    </section>
  );
}

function Compared({ runs }: { runs: readonly KeptRun[] }) {
  const known = MEASURES.filter((each) => runs.some(({ metrics }) => metrics[each] !== undefined));
  const shown = known.includes(measure.value) ? measure.value : (known[0] ?? "train_loss");
  const result = runs.map((run) => `${nameOfRun(run)}: ${resultOf(run)}`).join("; ");
  return (
    <>
      <label class="measure">
        {t("Curve")}
        <select value={shown} onChange={(event) => (measure.value = event.currentTarget.value as Measure)}>
          {known.map((each) => (
            <option key={each} value={each}>
              {NAMES[each]}
            </option>
          ))}
        </select>
      </label>
      <Overlay
        runs={runs}
        measure={shown}
        label={t("{measure} over epochs. {result}", { measure: NAMES[shown], result })}
      />
      <ul class="learned">
        {runs.map((run, i) => (
          <li key={run.id}>
            <Thumbnail run={run} />
            <a href={addressOf(run.id)}>
              <Mark place={i} /> {nameOfRun(run)}
            </a>
          </li>
        ))}
      </ul>
      <Differences runs={runs} known={known} />
    </>
  );
}

/** The letter of a run, over its line on the chart. */
function Mark({ place }: { place: number }) {
  const stroke = LOOKS[place];
  return (
    <span class={`mark mark-${place + 1}`}>
      {stroke?.letter}
      <svg viewBox="0 0 28 4" aria-hidden="true">
        <path d="M0 2h28" stroke-dasharray={stroke?.dash.join(" ") || "none"} />
      </svg>
    </span>
  );
}

function Differences({ runs, known }: { runs: readonly KeptRun[]; known: readonly Measure[] }) {
  const settings = contrasts(runs.map(({ experiment }) => experiment)).filter(({ field }) => field !== "name");
  const [first] = runs;
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label={t("How the runs differ")}>
      <table>
        <caption>{t("How the runs differ")}</caption>
        <thead>
          <tr>
            <td />
            {runs.map((run, i) => (
              <th key={run.id} scope="col">
                <Mark place={i} /> {nameOfRun(run)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settings.map(({ field, values }) => (
            <Row
              key={field}
              name={settingName(field, first?.experiment)}
              values={values.map((value) => brief(value, field, first?.experiment))}
            />
          ))}
          {!settings.length && <Row name={t("Settings")} values={runs.map(() => t("the same"))} />}
        </tbody>
        <tbody>
          <Row name={t("State")} values={runs.map(stateOf)} />
          <Row name={t("Updates")} values={runs.map(({ step }) => count(step))} />
          {known.map((each) => (
            <Row key={each} name={NAMES[each]} values={runs.map(({ metrics }) => valueOf(each, metrics[each]))} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function valueOf(each: Measure, value: number | undefined): string {
  return each.endsWith("accuracy") ? percent(value, 1) : loss(value);
}

function Row({ name, values }: { name: string; values: readonly string[] }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {values.map((value, i) => (
        <td key={i}>{value}</td>
      ))}
    </tr>
  );
}
