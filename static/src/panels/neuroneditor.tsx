/** The weights of the picked neuron, each to be typed, turned or pruned; for a picked point with what each brings. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { meant, plain } from "../form/controls.tsx";
import * as format from "../format.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { neuron, type Neuron } from "../store.ts";
import { closeEditor, pickedInput } from "./edits.ts";
import { symbolOf } from "./equation.ts";
import { reaching, weightsOf } from "./formula.ts";
import { Symbol } from "./written.tsx";
import { nameOf } from "./regard.ts";
import { graph, shape, spoken } from "./shape.ts";
import { editProblem, setWeight } from "./turns.ts";

/** Of more inputs only some are listed at a time. */
const MOST_ROWS = 12;
const STEP = 0.1;
const LARGE_STEP = 1;
/** The largest weight that can be set. */
const MOST = 1000;
const DIGITS = 3;

export function NeuronEditor() {
  const picked = neuron.value;
  return picked ? <Editor key={`${picked.layer}.${picked.unit}`} picked={picked} /> : null;
}

function Editor({ picked }: { picked: Neuron }) {
  const row = weightsOf(picked);
  const self = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(pageOf(pickedInput.value ?? 0));
  const wanted = useRef<number | "bias" | null>(pickedInput.value ?? "bias");
  const count = (row?.length ?? 1) - 1;
  useLayoutEffect(() => {
    setFirst(pageOf(pickedInput.value ?? 0));
    wanted.current = pickedInput.value ?? "bias";
  }, [pickedInput.value]);
  useLayoutEffect(() => {
    const field = self.current?.querySelector<HTMLElement>(`[data-weight="${wanted.current}"]`);
    if (!field) return;
    wanted.current = null;
    field.focus();
  });
  const inputs = [...Array(Math.max(0, Math.min(MOST_ROWS, count - first))).keys()].map((i) => first + i);
  return (
    <div
      class={`weight-editor ${sideOf(picked)}`}
      ref={self}
      role="group"
      aria-label={t("Weights of {name}", { name: nameOf(picked) })}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) closeEditor();
      }}
    >
      <span class="popover-title">
        <b>{nameOf(picked)}</b>
        <button type="button" class="button square small" aria-label={t("Close")} onClick={closeEditor}>
          <Icon name="close" />
        </button>
      </span>
      {count > MOST_ROWS && <Pages first={first} count={count} onTurn={setFirst} />}
      <ul>
        {row && <WeightRow picked={picked} input={null} weight={row[count] ?? 0} />}
        {row && inputs.map((input) => <WeightRow key={input} picked={picked} input={input} weight={row[input] ?? 0} />)}
      </ul>
      {!row && <p class="quiet">{t("The weights are on their way.")}</p>}
    </div>
  );
}

/** The first input of the page that one is on. */
function pageOf(input: number): number {
  return Math.floor(input / MOST_ROWS) * MOST_ROWS;
}

/** Where the editor stands: not over its neuron. */
function sideOf({ layer, unit }: Neuron): string {
  const { columns, width, isDown } = graph.value;
  return !isDown && (columns[layer]?.[unit]?.x ?? 0) > width / 2 ? "left" : "right";
}

/** "13 – 24 of 256", and ways to the others. */
function Pages({ first, count, onTurn }: { first: number; count: number; onTurn: (first: number) => void }) {
  const turn = (by: number) => onTurn(Math.max(0, Math.min(pageOf(count - 1), first + by * MOST_ROWS)));
  const jump = (text: string) => {
    const wanted = Number(text);
    if (wanted >= 1 && wanted <= count) onTurn(pageOf(wanted - 1));
  };
  const last = format.count(Math.min(count, first + MOST_ROWS));
  const [before, after] = t("Input {first} to {last} of {count}", { last, count: format.count(count) }).split(
    "{first}",
  );
  return (
    <div class="pages" role="group" aria-label={t("Inputs shown")}>
      <button
        type="button"
        class="button outlined square small"
        aria-label={t("Earlier inputs")}
        onClick={() => turn(-1)}
      >
        <Icon name="back" />
      </button>
      <label>
        {before}
        <input
          class="typed"
          inputMode="numeric"
          value={first + 1}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => jump(event.currentTarget.value)}
        />
        {after}
      </label>
      <button type="button" class="button outlined square small" aria-label={t("Later inputs")} onClick={() => turn(1)}>
        <Icon name="next" />
      </button>
    </div>
  );
}

const PROBLEM = "weight-problem";

interface RowProps {
  readonly picked: Neuron;
  /** Null is the bias. */
  readonly input: number | null;
  readonly weight: number;
}

function WeightRow({ picked, input, weight }: RowProps) {
  const { shown, set } = useHeld(picked, input, weight);
  const name = spokenName(picked, input);
  const problem = editProblem.value?.input === input ? editProblem.value.text : "";
  const isStretched = shape.value.isNarrow[picked.layer - 1];
  const title = input === null || isStretched ? name : symbolOf(picked.layer - 1, input);
  return (
    <li>
      <span class="source" title={input === null ? undefined : sourceOf(picked, input)}>
        <Symbol text={title} />
      </span>
      <span class="stepper" role="group" aria-label={name}>
        <button type="button" aria-label={t("Less {name}", { name })} onClick={() => set(turned(shown, -STEP))}>
          <Icon name="minus" />
        </button>
        <WeightField picked={picked} input={input} name={name} value={shown} isRefused={problem !== ""} onSet={set} />
        <button type="button" aria-label={t("More {name}", { name })} onClick={() => set(turned(shown, STEP))}>
          <Icon name="plus" />
        </button>
      </span>
      <Share picked={picked} input={input} weight={shown} />
      <button
        type="button"
        class="button outlined small"
        aria-label={t("Prune {name}", { name })}
        title={t("Set it to 0")}
        disabled={shown === 0}
        onClick={() => set(0)}
      >
        {t("Prune")}
      </button>
      {problem && (
        <p class="problem" role="alert" id={PROBLEM}>
          {problem}
        </p>
      )}
    </li>
  );
}

/** The value that was set, until the run shows it; else the weight as it is. */
function useHeld(picked: Neuron, input: number | null, weight: number) {
  const [held, setHeld] = useState<number | null>(null);
  const set = (value: number) => {
    setHeld(value);
    setWeight({ ...picked, input, value, done: () => setHeld((now) => (now === value ? null : now)) });
  };
  return { shown: held ?? Number(weight.toPrecision(DIGITS)), set };
}

/** A value and so much more, as far as it goes, without the dust of binary fractions. */
function turned(value: number, by: number): number {
  return Math.max(-MOST, Math.min(MOST, Number((value + by).toFixed(6))));
}

/** What an input brings for the picked point: its value and the product. */
function Share({ picked, input, weight }: RowProps) {
  const value = input === null || shape.value.isNarrow[picked.layer - 1] ? undefined : reaching(picked.layer)?.[input];
  if (value === undefined) return <span class="share" />;
  return (
    <span class="share">
      <span class="times">× {format.fixed(value, 2)} </span>= <b>{format.fixed(weight * value, 2)}</b>
    </span>
  );
}

function sourceOf({ layer }: Neuron, input: number): string {
  return layer === 1 && shape.value.isImage
    ? t("pixel {number}", { number: input + 1 })
    : nameOf({ layer: layer - 1, unit: input });
}

/** "weight from x1", "bias". */
function spokenName(picked: Neuron, input: number | null): string {
  const isStretched = shape.value.isNarrow[picked.layer - 1];
  if (isStretched) return input === null ? t("shift") : t("gain");
  return input === null ? t("bias") : t("weight from {source}", { source: sourceOf(picked, input) });
}

/** "weight from x1 to Hidden layer 1, neuron 3": a link's own name, wherever one comes to it. */
function linkName(picked: Neuron, input: number | null, name: string): string {
  if (input === null || shape.value.isNarrow[picked.layer - 1]) return name;
  const source = picked.layer === 1 ? sourceOf(picked, input) : spokenNeuron({ layer: picked.layer - 1, unit: input });
  return t("weight from {source} to {neuron}", { source, neuron: spokenNeuron(picked) });
}

/** A neuron's name as it is read aloud: "Hidden layer 1, neuron 3". */
function spokenNeuron({ layer, unit }: Neuron): string {
  const { names, units } = shape.value;
  if (layer === 0 || layer >= units.length) return nameOf({ layer, unit });
  return t("{layer}, neuron {number}", { layer: spoken(names[layer - 1] ?? ""), number: unit + 1 });
}

interface FieldProps {
  readonly picked: Neuron;
  readonly input: number | null;
  readonly name: string;
  readonly value: number;
  readonly isRefused: boolean;
  readonly onSet: (value: number) => void;
}

/** Enter or leaving the field sets it, arrow keys turn it, Escape takes back what is typed. */
function WeightField({ picked, input, name, value, isRefused, onSet }: FieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft === null) return;
    const wanted = Number(meant(draft, { type: "number" }));
    setDraft(null);
    if (Math.abs(wanted) <= MOST) onSet(wanted);
    else editProblem.value = { input, text: refusal(name, draft.trim()) };
  };
  const onKey = (event: KeyboardEvent) => {
    const by = TURNS[event.key];
    if (event.key === "Enter") commit();
    if (event.key === "Escape" && draft !== null) {
      event.preventDefault();
      setDraft(null);
    }
    if (by === undefined) return;
    event.preventDefault();
    setDraft(null);
    onSet(turned(value, event.shiftKey ? 10 * by : by));
  };
  return (
    <input
      class="typed beside"
      role="spinbutton"
      data-weight={input ?? "bias"}
      inputMode="decimal"
      autocomplete="off"
      spellcheck={false}
      aria-label={linkName(picked, input, name)}
      aria-valuenow={value}
      aria-valuemin={-MOST}
      aria-valuemax={MOST}
      {...(isRefused ? { "aria-invalid": true, "aria-describedby": PROBLEM } : {})}
      value={draft ?? plain(value)}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={commit}
      onKeyDown={onKey}
    />
  );
}

function refusal(name: string, text: string): string {
  return text
    ? t("{name}: expected a number from −1000 to 1000, got “{text}”", { name, text })
    : t("{name}: expected a number from −1000 to 1000, got nothing", { name });
}

const TURNS: Readonly<Record<string, number>> = {
  ArrowUp: STEP,
  ArrowDown: -STEP,
  PageUp: LARGE_STEP,
  PageDown: -LARGE_STEP,
};
