/** The weight under the pointer, or what the neuron that is looked at computes, as far as there is room. */
import { Fragment } from "preact";
import type { Edge } from "../draw/edges.ts";
import { Formula } from "../form/controls.tsx";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { frame, hasSample, isReadOnly, neuron, scene, type Neuron } from "../store.ts";
import { edit, isEditing, toggleEditor } from "./edits.ts";
import { equation, type Equation, type Term } from "./equation.ts";
import { hasWeights, sampleText } from "./formula.ts";
import { hoveredEdge, isPassing, nameOf } from "./regard.ts";
import { graph, shape, size } from "./shape.ts";

/** Of a letter of the formula, and of the name and the words beside it, in pixels. */
const LETTER = 7.25;
const BOLD_LETTER = 8.6;
const MARGINS = 48;
const BUTTON = 84;
const PICK = t("Pick a point for its numbers");
const PHONE_LINES = 2.4;

export function Written() {
  const [edge, now] = [hoveredEdge.value, equation.value];
  if (edge) return <Weight edge={edge} />;
  return now && <WrittenOut equation={now} />;
}

/** "Weight from x1 to Hidden 1.3 = −0.42". */
function Weight({ edge: { layer, from, to } }: { edge: Edge }) {
  const { shape: [, columns = 0] = [], data } = frame.value?.arrays[`weights/${layer - 1}`] ?? {};
  const isGain = shape.value.isNarrow[layer - 1];
  const weight = data?.[to * columns + (isGain ? 0 : from)];
  const ends = { source: nameOf({ layer: layer - 1, unit: from }), target: nameOf({ layer, unit: to }) };
  return (
    <div class="written">
      <p class="equation">
        <b>
          <Formula text={isGain ? t("Gain of {target}", ends) : t("Weight from {source} to {target}", ends)} />
        </b>
        {" = "}
        <span class={(weight ?? 0) < 0 ? "negative" : "positive"}>{format.weight(weight)}</span>
      </p>
      <span class="quiet at">{isReadOnly.value ? "" : t("Click to set it")}</span>
    </div>
  );
}

function WrittenOut({ equation }: { equation: Equation }) {
  const { name, activation, terms, constant, note } = equation;
  const isSum = terms.length > 0;
  const isPicked = neuron.value !== null && !isPassing.value && hasWeights(neuron.value.layer);
  return (
    <>
      <div class="written">
        <p class="equation">
          <b>
            <Formula text={name} />
          </b>
          {isSum && (
            <span>
              {activation ? ` = ${activation}( ` : " = "}
              <Sum terms={terms} constant={constant} room={roomFor(equation)} picked={isPicked ? neuron.value : null} />
              {activation && " )"}
            </span>
          )}
          <Outcome equation={equation} />
          {note && <span class="quiet note"> {note}</span>}
        </p>
        <span class="quiet at">{sampleText.value || (isSum && scene.value?.dimensions === 2 ? PICK : "")}</span>
      </div>
      {isPicked && (
        <button
          type="button"
          class="button outlined small"
          aria-label={t("Weights of {name}", { name })}
          aria-expanded={isEditing.value}
          onClick={toggleEditor}
        >
          {t("Weights")}
        </button>
      )}
    </>
  );
}

/** What comes of it for the picked sample: the parts that have no factors, the sum, and what is made of it. */
function Outcome({ equation: { activation, terms, z, a } }: { equation: Equation }) {
  const parts = terms.length > 1 ? terms.flatMap(({ value }) => (value === undefined ? [] : [value])) : [];
  return (
    <>
      {parts.length > 0 && ` = ${sumText(parts)}`}
      {activation && z !== undefined && ` = ${activation}(${format.weight(z)})`}
      {a !== undefined && (
        <span>
          {" = "}
          <b>{format.weight(a)}</b>
        </span>
      )}
    </>
  );
}

function sumText([first, ...others]: readonly number[]): string {
  const more = others.map((value) => ` ${value < 0 ? "−" : "+"} ${format.weight(Math.abs(value))}`);
  return [format.weight(first), ...more].join("");
}

/** How many letters there are for the terms, when all else has its place. */
function roomFor({ name, activation, constant, note }: Equation): number {
  const whole = (size.value.width - MARGINS) * (graph.value.isDown ? PHONE_LINES : 1) - BUTTON;
  const result = hasSample.value ? (activation ? activation.length + 21 : 8) : 0;
  const others = activation.length + (constant === null ? 5 : 13) + result + note.length;
  return (whole - name.length * BOLD_LETTER) / LETTER - others;
}

interface SumProps extends Pick<Equation, "terms" | "constant"> {
  readonly room: number;
  /** The neuron whose weights may be set; null where none is picked. */
  readonly picked: Neuron | null;
}

/** A sum. A long one keeps its beginning and its end. */
function Sum({ terms, constant, room, picked }: SumProps) {
  const shown = shownOf(terms, room);
  const isLong = shown < terms.length;
  const first = isLong ? Math.ceil(shown / 2) : terms.length;
  const last = isLong ? shown - first : 0;
  const place = (input: number | null) => (picked ? { ...picked, input } : null);
  return (
    <>
      {terms.slice(0, first).map((term, i) => (
        <Added key={i} {...term} isFirst={i === 0} place={place(i)} />
      ))}
      {isLong && <span class="quiet"> + …</span>}
      {last > 0 &&
        terms
          .slice(-last)
          .map((term, i) => (
            <Added key={terms.length - last + i} {...term} isFirst={false} place={place(terms.length - last + i)} />
          ))}
      {constant !== null && <Added factor={constant} symbol="" isFirst={false} place={place(null)} />}
    </>
  );
}

/** How many terms fit, two at least. */
function shownOf(terms: readonly Term[], room: number): number {
  let [count, left] = [0, room];
  for (const { factor, symbol } of terms) {
    left -= (factor === null ? 0 : format.weight(Math.abs(factor)).length + 1) + symbol.length + 3;
    if (left < 0) break;
    count++;
  }
  return count < terms.length ? Math.max(2, count - 1) : count;
}

interface AddedProps extends Term {
  readonly isFirst: boolean;
  /** Which weight it is, where that may be set. */
  readonly place: (Neuron & { readonly input: number | null }) | null;
}

/** A term with its sign before it; the weight of a picked neuron opens where it is typed. */
function Added({ factor, symbol, isFirst, place }: AddedProps) {
  const isNegative = (factor ?? 1) < 0;
  const look = isNegative ? "negative" : "positive";
  const sign = isFirst ? (isNegative ? "−" : "") : isNegative ? " − " : " + ";
  return (
    <Fragment>
      {sign}
      {factor !== null && !place && <span class={look}>{format.weight(Math.abs(factor))}</span>}
      {factor !== null && place && (
        <button
          type="button"
          class={`factor ${look}`}
          aria-label={t("{weight}, edit this weight", { weight: format.weight(factor) })}
          onClick={() => edit({ layer: place.layer, unit: place.unit }, place.input)}
        >
          {format.weight(Math.abs(factor))}
        </button>
      )}
      {factor !== null && symbol && "·"}
      <Symbol text={symbol} />
    </Fragment>
  );
}

/** "x1" and "a3" with their index lowered; what is itself a sum stands in brackets. */
export function Symbol({ text }: { text: string }) {
  const [, letter, index] = /^([ap])(\d+)$/.exec(text) ?? [];
  if (letter)
    return (
      <>
        {letter}
        <sub>{index}</sub>
      </>
    );
  const isSum = / [+−-] /.test(text);
  return <Formula text={isSum ? `(${text})` : text} />;
}
