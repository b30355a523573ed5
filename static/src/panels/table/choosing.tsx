/** What is to be learned of a table that was read: the target, the inputs, and what becomes of missing cells. */
import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { Refused } from "../../server.ts";
import { catalogue } from "../../store.ts";
import type { Reading } from "./bring.tsx";
import { begin, canBeTold, kindFor, widthOf } from "./learning.ts";
import { Names, OneHot } from "./naming.tsx";
import { isBringing } from "./opened.ts";
import { keep, type How, type Preview } from "./sending.ts";
import { note, type Column } from "./tables.ts";

/** Before the name of a column of numbers that is to name categories. */
const AS_CATEGORIES = "categories of ";

interface ChoosingProps {
  readonly reading: Reading;
  readonly found: Preview;
  readonly name: Signal<string>;
  readonly sent: Signal<number | null>;
  readonly onRead: (how: How) => void;
}

export function Choosing({ reading, found, name, sent, onRead }: ChoosingProps) {
  const { columns } = found;
  const target = useSignal(found.suggested?.target ?? "");
  const left = useSignal<readonly string[]>([]);
  const missing = useSignal<"drop" | "fill">("drop");
  const problem = useSignal("");
  const stop = useRef(new AbortController());
  const told = columns.find((column) => column.name === target.value);
  const inputs = columns.filter((column) => column !== told && !left.value.includes(column.name));
  const why = problemOf(inputs);

  async function use(): Promise<void> {
    stop.current = new AbortController();
    [sent.value, problem.value] = [0, ""];
    try {
      const way = { onSent: (share: number) => (sent.value = share), stop: stop.current.signal };
      const table = await keep(reading.text, reading.how, name.value, way);
      note(table);
      begin(table, inputs, told, missing.value);
      isBringing.value = false;
    } catch (error) {
      if (error instanceof Refused) problem.value = error.message;
      else if (!stop.current.signal.aborted) throw error;
    } finally {
      sent.value = null;
    }
  }

  return (
    <section aria-labelledby="choosing-title">
      <h3 id="choosing-title">{t("What is to be learned")}</h3>
      <Target columns={columns} how={reading.how} target={target} onRead={onRead} />
      <Columns columns={columns} target={target.value} left={left} leftOut={found.left_out} />
      <Missing inputs={inputs} rows={found.rows} missing={missing} />
      <form
        class="bring-use"
        onSubmit={(event) => {
          event.preventDefault();
          if (!why) void use();
        }}
      >
        <label for="table-name">{t("Name")}</label>
        <input
          id="table-name"
          class="typed"
          autocomplete="off"
          maxLength={catalogue.limits.name}
          placeholder={t("Table")}
          value={name.value}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
        <button type="submit" class="button primary" disabled={why !== "" || sent.value !== null}>
          {t("Use this table")}
        </button>
      </form>
      <p class="quiet">{t("Another table starts the run anew.")}</p>
      {(why || problem.value) && (
        <p class="problem" role="alert">
          {why || problem.value}
        </p>
      )}
    </section>
  );
}

function problemOf(inputs: readonly Column[]): string {
  const width = inputs.reduce((sum, column) => sum + widthOf(column), 0);
  if (!inputs.length) return t("Choose at least one input.");
  return width > catalogue.limits.inputs
    ? t("These columns are {count} inputs, and there are at most {most}: leave some out.", {
        count: format.count(width),
        most: catalogue.limits.inputs,
      })
    : "";
}

interface TargetProps {
  readonly columns: readonly Column[];
  readonly how: How;
  readonly target: Signal<string>;
  readonly onRead: (how: How) => void;
}

/** Of a few whole numbers one may tell which it is, or how large. */
function Target({ columns, how, target, onRead }: TargetProps) {
  const found = columns.filter(canBeTold);
  const told = columns.find(({ name }) => name === target.value);
  const few = found.filter((column) => column.may_be_categories);
  const choose = (value: string) => {
    const isCategories = value.startsWith(AS_CATEGORIES);
    target.value = isCategories ? value.slice(AS_CATEGORIES.length) : value;
    if (isCategories) onRead({ ...how, categorical: [...how.categorical, target.value] });
  };
  return (
    <div class="bring-target">
      <label for="bring-target">{t("Target")}</label>
      <select id="bring-target" value={target.value} onChange={(event) => choose(event.currentTarget.value)}>
        <Names label={t("Categories, to classify")} columns={found.filter(({ values }) => values.length)} />
        {few.length > 0 && (
          <optgroup label={t("Few numbers, as categories")}>
            {few.map(({ name }) => (
              <option key={name} value={AS_CATEGORIES + name}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
        <Names label={t("Numbers, to regress")} columns={found.filter(({ values }) => !values.length)} />
        <option value="">{t("None: compress the rows")}</option>
      </select>
      <p class="quiet">{WHAT[kindFor(told)]}</p>
    </div>
  );
}

const WHAT = {
  table_classes: t("Classification: the network tells which category a row has."),
  table_values: t("Regression: the network tells the number of a row."),
  unlabelled_table: t("An autoencoder: the network says each row again from a few numbers."),
} as const;

interface ColumnsProps {
  readonly columns: readonly Column[];
  readonly target: string;
  readonly left: Signal<readonly string[]>;
  readonly leftOut: readonly string[];
}

/** Each column with what is in it, and whether it is an input. */
function Columns({ columns, target, left, leftOut }: ColumnsProps) {
  const toggle = (name: string, isOn: boolean) =>
    (left.value = isOn ? left.value.filter((other) => other !== name) : [...left.value, name]);
  return (
    <>
      <p class="bring-ways">
        <span>{t("Inputs")}</span>
        <button type="button" class="button small" onClick={() => (left.value = [])}>
          {t("All")}
        </button>
        <button type="button" class="button small" onClick={() => (left.value = columns.map(({ name }) => name))}>
          {t("None")}
        </button>
      </p>
      <div class="table-frame bring-columns" role="region" aria-label={t("Columns")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("Column")}</th>
              <th scope="col">{t("Kind")}</th>
              <th scope="col">{t("Missing")}</th>
              <th scope="col">{t("Values")}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.name}>
                <th scope="row">
                  <label class="check">
                    <input
                      type="checkbox"
                      disabled={column.name === target}
                      checked={column.name !== target && !left.value.includes(column.name)}
                      onChange={(event) => toggle(column.name, event.currentTarget.checked)}
                    />
                    {column.name}
                  </label>
                </th>
                <td>{column.name === target ? t("Target") : column.is_numeric ? t("Numbers") : t("Categories")}</td>
                <td>{column.missing ? format.count(column.missing) : "–"}</td>
                <td class="bring-values">{valuesText(column)}</td>
              </tr>
            ))}
            {leftOut.map((name) => (
              <tr key={name} class="left-out">
                <th scope="row">{name}</th>
                <td>{t("Text")}</td>
                <td />
                <td class="bring-values">{t("left out")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <OneHot columns={columns.filter(({ name }) => name !== target && !left.value.includes(name))} />
    </>
  );
}

function valuesText({ low, high, mean, values, counts }: Column): string {
  if (!values.length)
    return t("{low} to {high}, mean {mean}", {
      low: format.number(low ?? NaN, 5),
      high: format.number(high ?? NaN, 5),
      mean: format.number(mean ?? NaN, 5),
    });
  return values.map((value, i) => `${value} (${format.count(counts[i] ?? 0)})`).join(", ");
}

interface MissingProps {
  readonly inputs: readonly Column[];
  readonly rows: number;
  readonly missing: Signal<"drop" | "fill">;
}

/** How many rows each way costs. Columns may lack cells in the same rows or in others. */
function Missing({ inputs, rows, missing }: MissingProps) {
  const counts = inputs.map((column) => column.missing);
  const [least, most] = [
    Math.max(0, ...counts),
    Math.min(
      rows,
      counts.reduce((sum, count) => sum + count, 0),
    ),
  ];
  if (!most) return null;
  const lost = least === most ? format.count(least) : t("{least} to {most}", { least, most });
  const ways = [
    { kind: "drop", words: t("Drop the rows in which an input is missing: {count} of {rows}", { count: lost, rows }) },
    { kind: "fill", words: t("Fill in the mean, of categories the most frequent: all {rows} rows stay", { rows }) },
  ] as const;
  return (
    <fieldset class="bring-missing">
      <legend>{t("Missing cells")}</legend>
      {ways.map(({ kind, words }) => (
        <label key={kind} class="check">
          <input type="radio" name="missing" checked={missing.value === kind} onChange={() => (missing.value = kind)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
