/** What is told beside the picture: the step in numbers, the losses, a table, and what brute force would take. */
import { computed, signal } from "@preact/signals";
import { Segments } from "../form/controls.tsx";
import { count, number } from "../format.ts";
import { t } from "../language.ts";
import { Picture } from "../panels/picture.tsx";
import { problems } from "../store.ts";
import { lab, step, ways } from "./lab.ts";
import { drawLossLines, type LossLine } from "./lossline.ts";
import type { Contestant, Way, Ways } from "./server.ts";
import { Mark } from "./setup.tsx";
import { digits, LOOKS, nameOf, namesOf, shortPlace } from "./words.ts";

export function Told() {
  const found = ways.value;
  if (!found) return <section class="told" aria-label={t("In numbers")} />;
  return (
    <section class="told" aria-label={t("In numbers")}>
      {lab.value === "weight" && found.window.length === 1 && <OneStep found={found} />}
      <Losses />
      <Standing found={found} />
      <Perspective found={found} />
      <WholePath found={found} />
    </section>
  );
}

/** What is told is not of what is wanted: that cannot be. */
const isRefused = computed(() => Object.keys(problems.value).length > 0);

// --- one weight --------------------------------------------------------------------------------------------------

/** The step of the first contestant, with its numbers. */
function OneStep({ found }: { found: Ways }) {
  const { surface, contestants } = found.descent;
  const [way, contestant] = [found.ways[0], contestants[0]];
  if (!way || !contestant || surface.x === undefined || surface.target === undefined) return null;
  const i = Math.min(step.value, way.places.length - 1);
  const [w = 0] = way.places[i] ?? [];
  const [gradient = 0] = way.gradients[i] ?? [];
  const rate = contestant.optimizer.learning_rate ?? 0;
  const [x, target, error] = [surface.x, surface.target, w * surface.x - surface.target];
  const next = way.places[i + 1]?.[0];
  return (
    <div class="one-step">
      <h2>{t("Step {step}, in numbers", { step: i })}</h2>
      <dl>
        <dt>{t("answer")}</dt>
        <dd>
          w·x = {digits(w)} · {factor(x)} = <b>{digits(w * x)}</b>
        </dd>
        <dt>{t("error")}</dt>
        <dd>
          w·x − t = {digits(w * x)} − {factor(target)} = <b>{digits(error)}</b>
        </dd>
        <dt>{t("loss")}</dt>
        <dd>
          ½·{t("error")}² = <b>{digits(way.losses[i] ?? 0)}</b>
        </dd>
        <dt>{t("gradient")}</dt>
        <dd>
          {t("error")}·x = {digits(error)} · {factor(x)} = <b>{digits(gradient)}</b>
        </dd>
        {isPlain(contestant) && (
          <>
            <dt>{t("next weight")}</dt>
            <dd>
              w − η·g = {digits(w)} − {digits(rate)} · {factor(gradient)} = <b>{digits(w - rate * gradient)}</b>
            </dd>
          </>
        )}
        {!isPlain(contestant) && next !== undefined && (
          <>
            <dt>{t("next weight")}</dt>
            <dd>
              <b>{digits(next)}</b>
            </dd>
          </>
        )}
        <dt>{t("best weight")}</dt>
        <dd>
          t / x = <b>{x ? digits(target / x) : t("none")}</b>
        </dd>
      </dl>
      {isPlain(contestant) && x !== 0 && !isRefused.value && <p class="verdict">{verdict(rate, x * x)}</p>}
    </div>
  );
}

/** A number after another one: below 0 it needs brackets. */
function factor(value: number): string {
  return value < 0 ? `(${digits(value)})` : digits(value);
}

/** Whether its step is the learning rate times the gradient, and nothing else. */
function isPlain({ optimizer: { kind } }: Contestant): boolean {
  return kind === "sgd" || kind === "batch_gradient_descent";
}

/** What a learning rate does on a parabola: each step multiplies the distance to the lowest place by 1 − η·curvature. */
function verdict(rate: number, curvature: number): string {
  const values = {
    rate: digits(rate),
    curvature: digits(curvature),
    bound: digits(2 / curvature),
    best: digits(1 / curvature),
    factor: digits(1 - rate * curvature),
  };
  const product = rate * curvature;
  const all = t(
    "The curvature is x² = {curvature}. Each step multiplies the distance to the best weight by 1 − η·{curvature} = {factor}.",
    values,
  );
  return `${all} ${caseOf(product, values)}`;
}

function caseOf(product: number, values: Record<string, string>): string {
  if (Math.abs(product - 1) < 1e-9)
    return t("With η = 1 / {curvature} = {best} one step leads to the best weight.", values);
  if (Math.abs(product - 2) < 1e-9)
    return t("With η = 2 / {curvature} = {bound} it jumps from side to side for ever, and comes no nearer.", values);
  if (product > 2)
    return t(
      "η is larger than 2 / {curvature} = {bound}: each step lands further away than it began, on the other side. It diverges.",
      values,
    );
  if (product > 1)
    return t(
      "η is between 1 / {curvature} = {best} and 2 / {curvature} = {bound}: it oscillates from side to side, and comes nearer.",
      values,
    );
  return t(
    "η is smaller than 1 / {curvature} = {best}: it comes nearer from one side. Beyond 2 / {curvature} = {bound} it would diverge.",
    values,
  );
}

// --- losses ------------------------------------------------------------------------------------------------------

type Measure = "steps" | "evaluations";
const measure = signal<Measure>("steps");

function Losses() {
  const names: Record<Measure, string> = { steps: t("Steps"), evaluations: t("Evaluations") };
  const of = measure.value;
  return (
    <div class="losses">
      <div class="heading">
        <h2>{of === "steps" ? t("Loss over steps") : t("Loss over evaluations")}</h2>
        <Segments
          label={t("What the loss is drawn over")}
          choices={Object.values(names)}
          chosen={names[of]}
          onChoose={(choice) => (measure.value = choice === names.steps ? "steps" : "evaluations")}
        />
      </div>
      <div class="loss-lines">
        <Picture
          label={of === "steps" ? t("Loss over steps") : t("Loss over evaluations")}
          describedBy="summary"
          draw={(pen, inks) => {
            const found = ways.value;
            if (found) drawLossLines(pen, linesOf(found, measure.value, inks.faint), inks);
          }}
        />
      </div>
      {of === "evaluations" && (
        <p class="quiet">
          {t("One evaluation is one look at the loss or the gradient of one sample. # is brute force.")}
        </p>
      )}
    </div>
  );
}

function linesOf(found: Ways, of: Measure, faint: string): LossLine[] {
  const style = getComputedStyle(document.documentElement);
  const lines = found.ways.map((way, i): LossLine => {
    const { letter = "", color = "", dash = [] } = LOOKS[i] ?? {};
    const spent = of === "steps" ? way.losses.map((_, step) => step) : way.evaluations;
    const shown = Math.min(step.value, way.losses.length - 1) + 1;
    const line = { spent, losses: way.losses, isStaircase: false, shown };
    return { name: letter, color: style.getPropertyValue(color).trim(), dash, ...line };
  });
  return of === "steps" ? lines : [...lines, bruteLine(found, faint)];
}

function bruteLine({ brute_force: { improvements, evaluations } }: Ways, color: string): LossLine {
  const spent = [...improvements.map(([each]) => each), evaluations];
  const losses = [...improvements.map(([, loss]) => loss), improvements.at(-1)?.[1] ?? 0];
  return { name: "#", color, dash: [1, 3], spent, losses, isStaircase: true, shown: spent.length };
}

// --- tables ------------------------------------------------------------------------------------------------------

/** Where all are now, and brute force beside them. */
function Standing({ found }: { found: Ways }) {
  return (
    <div class="scrolled" role="region" tabIndex={0} aria-label={t("Where they are")}>
      <table>
        <caption>{t("After step {step}", { step: step.value })}</caption>
        <thead>
          <tr>
            {[
              t("Contestant"),
              t("Place {names}", { names: namesOf(found.window.length).join("; ") }),
              t("Loss"),
              t("Slope"),
              t("Evaluations"),
            ].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.ways.map((way, i) => (
            <Row
              key={i}
              way={way}
              i={i}
              name={nameOf(found.descent.contestants[i] as Contestant, found.descent.surface.samples)}
            />
          ))}
          <tr>
            <th scope="row"># {t("Brute force")}</th>
            <td>{shortPlace(found.brute_force.place)}</td>
            <td>{digits(found.brute_force.loss)}</td>
            <td>–</td>
            <td>{count(found.brute_force.evaluations)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Row({ way, i, name }: { way: Way; i: number; name: string }) {
  const here = Math.min(step.value, way.places.length - 1);
  return (
    <tr>
      <th scope="row">
        <Mark i={i} /> {name}
        {way.ended && here === way.places.length - 1 && <small class="problem">{t(way.ended)}</small>}
      </th>
      <td>{shortPlace(way.places[here] ?? [])}</td>
      <td>{digits(way.losses[here] ?? NaN)}</td>
      <td>{number(Math.hypot(...(way.gradients[here] ?? [])), 3)}</td>
      <td>{count(way.evaluations[here] ?? 0)}</td>
    </tr>
  );
}

const isPathOpen = signal(false);

/** Every step of every contestant. It is written when somebody opens it. */
function WholePath({ found }: { found: Ways }) {
  const rows = Math.max(...found.ways.map(({ places }) => places.length));
  const names = namesOf(found.window.length);
  return (
    <details class="whole-path" onToggle={(event) => (isPathOpen.value = event.currentTarget.open)}>
      <summary>{t("Every step as a table")}</summary>
      {isPathOpen.value && (
        <div class="scrolled tall" role="region" tabIndex={0} aria-label={t("Every step as a table")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("Step")}</th>
                {found.ways.flatMap((_, i) =>
                  [...names, t("loss")].map((name) => (
                    <th key={`${i}${name}`} scope="col">
                      {LOOKS[i]?.letter} {name}
                    </th>
                  )),
                )}
              </tr>
            </thead>
            <tbody>
              {Array.from({ length: rows }, (_, step) => (
                <tr key={step}>
                  <th scope="row">{step}</th>
                  {found.ways.flatMap((way, i) =>
                    [...(way.places[step] ?? names.map(() => NaN)), way.losses[step] ?? NaN].map((value, column) => (
                      <td key={`${i}.${column}`}>{digits(value)}</td>
                    )),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

// --- brute force -------------------------------------------------------------------------------------------------

const weights = signal(25);
const valuesEach = signal(1000);
const TRIES_A_SECOND = 18; // powers of ten: a computer of an exaflop, if one operation were one try
const SECONDS_A_YEAR = Math.log10(365.25 * 24 * 3600);
const YEARS_OF_UNIVERSE = Math.log10(13.8e9);

function Perspective({ found }: { found: Ways }) {
  const combinations = weights.value * Math.log10(valuesEach.value);
  const years = combinations - TRIES_A_SECOND - SECONDS_A_YEAR;
  return (
    <div class="perspective">
      <h2>{t("Brute force, and why nobody trains that way")}</h2>
      <ul>
        {found.ways.map((way, i) => (
          <li key={i}>
            <Mark i={i} /> {comparison(found, way, i)}
          </li>
        ))}
      </ul>
      <div class="settings">
        <Bound label={t("Weights")} of={weights} low={1} high={200} />
        <Bound label={t("Values of each")} of={valuesEach} low={2} high={10_000} />
      </div>
      <p>
        {t("{values} values of each of {weights} weights are {combinations} combinations.", {
          values: count(valuesEach.value),
          weights: count(weights.value),
          combinations: power(combinations),
        })}{" "}
        {years < 0
          ? t(
              "A computer that tries 10¹⁸ of them a second is through within a year. It is the weights that one adds that end this.",
            )
          : t(
              "A computer that tries 10¹⁸ of them a second needs {years} years; the universe is about {age} years old.",
              {
                years: power(years),
                age: power(YEARS_OF_UNIVERSE),
              },
            )}
      </p>
      <p class="quiet">
        {t(
          "Textbooks count 25 weights with 1,000 values each: 10⁷⁵. The first network of the playground has 85 weights, and descent trains it in seconds.",
        )}
      </p>
    </div>
  );
}

function comparison(found: Ways, way: Way, i: number): string {
  const needed = found.brute_force.needed[i];
  const values = { own: count(way.evaluations.at(-1) ?? 0), loss: digits(way.losses.at(-1) ?? NaN) };
  if (needed == null)
    return t("It spent {own} evaluations to a loss of {loss}. The grid never comes so low, in all its {all}.", {
      ...values,
      all: count(found.brute_force.evaluations),
    });
  return t("It spent {own} evaluations to a loss of {loss}. The grid is as low after {needed}.", {
    ...values,
    needed: count(needed),
  });
}

/** A whole number to type: of one beyond the bounds, the nearest. */
function Bound({ label, of, low, high }: { label: string; of: typeof weights; low: number; high: number }) {
  return (
    <div class="setting">
      <label for={`bound-${high}`}>{label}</label>
      <input
        id={`bound-${high}`}
        type="number"
        class="typed"
        min={low}
        max={high}
        value={of.value}
        onInput={(event) => {
          const { valueAsNumber: value } = event.currentTarget;
          if (value >= low && value <= high) of.value = Math.round(value);
        }}
        onChange={({ currentTarget: input }) => {
          const { valueAsNumber: value } = input;
          if (Number.isFinite(value)) of.value = Math.round(Math.max(low, Math.min(high, value)));
          input.valueAsNumber = of.value;
        }}
      />
    </div>
  );
}

/** A number by its power of ten: small ones as they are, then 10⁷⁵. */
function power(exponent: number): string {
  if (exponent < 6) return number(10 ** exponent, 3);
  const whole = Math.floor(exponent + 1e-9);
  const digit = 10 ** (exponent - whole);
  const raised = [...String(whole)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return digit < 1.05 ? `10${raised}` : `${number(digit, 2)} × 10${raised}`;
}
