/** The microscope: one sample on its way through the network and back, step by step, with the numbers in the formulas. */
import { computed, effect, signal } from "@preact/signals";
import { Icon } from "../../icons.tsx";
import { t } from "../../language.ts";
import { isPlaying, isPointPicked, neuron, sample, scene } from "../../store.ts";
import { TableButton } from "../datatable.tsx";
import { useGlance, type Rhythm } from "./glance.ts";
import { fixed } from "./script.ts";
import { specimenOf, type Part, type Specimen } from "./specimen.ts";
import { explained, formulaOf, STEPS, wayThrough, weightName, type Place, type Step } from "./steps.ts";
import { tableOf } from "./tables.ts";

const RHYTHM: Rhythm = { playing: 500, resting: 0 };
const DECIMALS = [2, 3, 4, 5, 6];

const chosen = signal<Place>({ step: 1, layer: 0, unit: 0, weight: 0 });
const decimals = signal(3);

/** How many samples there are, and which of them lies under the microscope. */
const count = computed(() => scene.value?.arrays["targets"]?.data.length ?? 0);
const looked = computed(() => Math.max(0, Math.min(count.value - 1, sample.value)));

/** A neuron that is picked in the network comes under the microscope. */
effect(() => {
  const picked = neuron.value;
  if (picked && picked.layer > 0)
    chosen.value = { ...chosen.peek(), layer: picked.layer - 1, unit: picked.unit, weight: 0 };
});

/** The microscope follows single numbers. Of those in a feature map there are hundreds that do the same. */
const hasMaps = computed(() => scene.value?.layers.some(({ sides }) => sides.length > 0));

export function Microscope() {
  return hasMaps.value ? (
    <p class="quiet">
      {t(
        "The microscope follows single numbers, and feature maps have hundreds that do the same. See them in the network.",
      )}
    </p>
  ) : (
    <Slide />
  );
}

function Slide() {
  const seen = specimenOf(useGlance(`microscope:${looked.value}`, RHYTHM).value, scene.value);
  if (!seen) return <p class="quiet">{t("The sample is put under the microscope.")}</p>;
  const place = within(seen, chosen.value);
  return (
    <div class="microscope" onKeyDown={(event) => onKey(event, seen, place)}>
      <Steps place={place} seen={seen} />
      <div class="slide">
        <Controls seen={seen} place={place} />
        <div class="explained">
          <div aria-live={isPlaying.value ? "off" : "polite"}>
            <p>{explained(seen, place)}</p>
            <FormulaLine text={formulaOf(seen, place, decimals.value)} />
          </div>
          <StepTable seen={seen} place={place} />
        </div>
        <Numbers seen={seen} place={place} />
      </div>
    </div>
  );
}

/** The place, or the nearest one that the network has. */
function within({ parts }: Specimen, { step, layer, unit, weight }: Place): Place {
  const last = parts.length - 1;
  const index = step === 3 ? last : Math.min(layer, last);
  const part = parts[index];
  const columns = part?.weights[0]?.length ?? 1;
  return {
    step,
    layer: index,
    unit: Math.min(unit, Math.max(0, (part?.z.length ?? 1) - 1)),
    weight: Math.min(weight, columns - 1),
  };
}

function move(seen: Specimen, place: Place, by: -1 | 1): void {
  const next = neighbour(seen, place, by);
  if (next) chosen.value = { ...place, ...next };
}

function neighbour({ parts }: Specimen, { step, layer }: Place, by: -1 | 1) {
  const way = wayThrough(parts);
  const here = way.findIndex((each) => each.step === step && (each.layer === layer || step === 0));
  return way[here + by];
}

/** Page up and down go back and on, wherever in here the focus is. */
function onKey(event: KeyboardEvent, seen: Specimen, place: Place): void {
  const by = Number(event.key === "PageDown") - Number(event.key === "PageUp");
  if (!by) return;
  event.preventDefault();
  move(seen, place, by < 0 ? -1 : 1);
}

function Steps({ seen, place }: { seen: Specimen; place: Place }) {
  const way = wayThrough(seen.parts);
  return (
    <div class="microscope-steps" role="radiogroup" aria-label={t("Step")}>
      {STEPS.map((words, i) => (
        <label key={words} title={words}>
          <input
            type="radio"
            name="microscope-step"
            checked={place.step === i}
            onChange={() => (chosen.value = { ...place, ...firstOf(way, i as Step, place.layer) })}
          />
          <span>
            <b>{i + 1}</b> <i>{words}</i>
          </span>
        </label>
      ))}
    </div>
  );
}

/** A step at the layer that is looked at; where that has none of it, at the first that has. */
function firstOf(way: ReturnType<typeof wayThrough>, step: Step, layer: number) {
  const places = way.filter((each) => each.step === step);
  return places.find((each) => each.layer === layer) ?? places[0] ?? { step };
}

function Controls({ seen, place }: { seen: Specimen; place: Place }) {
  const part = seen.parts[place.layer];
  const hasUnits = place.step !== 0 && place.step !== 3;
  const turn = (change: Partial<Place>) => (chosen.value = { ...place, ...change });
  return (
    <div class="microscope-controls">
      <Turn by={-1} seen={seen} place={place} />
      <Turn by={1} seen={seen} place={place} />
      {hasUnits && (
        <Choice
          label={t("Layer")}
          names={seen.parts.map(({ name }) => name)}
          chosen={place.layer}
          choose={(layer) => turn({ layer, unit: 0, weight: 0 })}
        />
      )}
      {hasUnits && part && (
        <Choice label={t("Unit")} names={part.unitNames} chosen={place.unit} choose={(unit) => turn({ unit })} />
      )}
      {place.step > 4 && part && part.weights.length > 0 && (
        <Choice
          label={t("Weight")}
          names={(part.weights[0] ?? []).map((_, weight) => weightName(part, { ...place, weight }))}
          chosen={place.weight}
          choose={(weight) => turn({ weight })}
        />
      )}
      <Choice
        label={t("Decimals")}
        names={DECIMALS.map((places) => fixed(0, places))}
        chosen={DECIMALS.indexOf(decimals.value)}
        choose={(i) => (decimals.value = DECIMALS[i] ?? 3)}
      />
      <SampleChoice />
    </div>
  );
}

function Turn({ by, seen, place }: { by: -1 | 1; seen: Specimen; place: Place }) {
  return (
    <button
      type="button"
      class="button outlined square small"
      aria-label={by < 0 ? t("Back") : t("On")}
      title={by < 0 ? t("Back (Page up)") : t("On (Page down)")}
      disabled={!neighbour(seen, place, by)}
      onClick={() => move(seen, place, by)}
    >
      <Icon name={by < 0 ? "back" : "next"} />
    </button>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly chosen: number;
  readonly choose: (index: number) => void;
}

function Choice({ label, names, chosen, choose }: ChoiceProps) {
  return (
    <select aria-label={label} value={chosen} onChange={(event) => choose(Number(event.currentTarget.value))}>
      {names.map((name, i) => (
        <option key={i} value={i}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Which sample is looked at; a point that is clicked in the result is one too. */
function SampleChoice() {
  const pick = (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index >= count.value) return;
    sample.value = index;
    isPointPicked.value = true;
  };
  return (
    <label class="sample-choice">
      {t("Sample")}
      <input
        class="typed"
        type="number"
        min={0}
        max={count.value - 1}
        value={looked.value}
        onInput={(event) => pick(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}

/** The step's numbers with all their digits, to take away. */
function StepTable({ seen, place }: { seen: Specimen; place: Place }) {
  const { caption, corner, columns, rows } = tableOf(seen, place);
  return (
    <TableButton
      title={caption}
      table={() => ({
        columns: [corner, ...columns.map(({ name }) => name)],
        rows: rows.map(({ name, cells }) => [name, ...cells]),
      })}
    />
  );
}

/** A formula whose result stands out. */
function FormulaLine({ text }: { text: string }) {
  const at = text.lastIndexOf(" = ");
  if (!text) return null;
  return (
    <p class="microscope-formula">
      {at < 0 ? text : text.slice(0, at + 3)}
      {at >= 0 && <b>{text.slice(at + 3)}</b>}
    </p>
  );
}

/** The layer's numbers as a table. */
function Numbers({ seen, place }: { seen: Specimen; place: Place }) {
  const { caption, corner, columns, rows, isAll } = tableOf(seen, place);
  const part = seen.parts[place.layer];
  const pick = (row: number) => place.step !== 0 && (chosen.value = { ...place, unit: row });
  return (
    <div class="numbers-table" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map(({ name, value }) => (
              <th key={name} scope="col">
                {name}
                {value !== undefined && <small>{fixed(value, decimals.value)}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells }, r) => (
            <tr key={name} class={place.step !== 0 && r === place.unit ? "picked" : ""} onClick={() => pick(r)}>
              <th scope="row">{name}</th>
              {cells.map((value, c) => (
                <Cell key={c} value={value} isPicked={place.step > 4 && r === place.unit && c === place.weight} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!isAll && part && <p class="quiet">{shownOf(part)}</p>}
    </div>
  );
}

function Cell({ value, isPicked }: { value: number; isPicked: boolean }) {
  const sign = value < 0 ? "negative" : "positive";
  return <td class={isPicked ? `${sign} picked` : sign}>{fixed(value, decimals.value)}</td>;
}

/** What of a large layer is shown. */
function shownOf({ name, allUnits, allInputs, z, incoming }: Part): string {
  const values = { layer: name, units: z.length, allUnits, inputs: incoming.length, allInputs };
  if (incoming.length === allInputs)
    return t("{layer} is large: its first {units} of {allUnits} units are shown.", values);
  if (z.length === allUnits) return t("{layer} is large: its first {inputs} of {allInputs} inputs are shown.", values);
  return t(
    "{layer} is large: its first {units} of {allUnits} units and {inputs} of {allInputs} inputs are shown.",
    values,
  );
}
