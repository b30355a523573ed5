/** What is to be learned of a table that was read: the target, the inputs, and what becomes of missing cells. */
import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { Refused } from "../../server.ts";
import { catalogue } from "../../store.ts";
import type { Reading } from "./bring.tsx";
import { Columns } from "./columns.tsx";
import { canBeTarget, columnsOf, inputsOf, withKind, type ColumnKind, type ReadColumn } from "./kinds.ts";
import { begin, kindFor } from "./learning.ts";
import { Names } from "./naming.tsx";
import { isBringing } from "./opened.ts";
import { keep, type How, type Preview } from "./sending.ts";
import { note, type Column } from "./tables.ts";

interface ChoosingProps {
  readonly reading: Reading;
  readonly found: Preview;
  readonly name: Signal<string>;
  readonly sent: Signal<number | null>;
  readonly onRead: (how: How) => void;
}

export function Choosing({ reading, found, name, sent, onRead }: ChoosingProps) {
  const columns = columnsOf(reading);
  const target = useSignal(found.suggested?.target ?? "");
  const left = useSignal<readonly string[]>([]);
  const missing = useSignal<"drop" | "fill">("drop");
  const problem = useSignal("");
  const stop = useRef(new AbortController());
  const told = columns.find((column) => column.name === target.value);
  const inputs = columns.filter((column) => column !== told && !left.value.includes(column.name));
  const why = problemOf(columns, inputs, told);
  const readAs = ({ name, kind: before }: ReadColumn, kind: ColumnKind) => {
    if (kind !== before) onRead(withKind(reading.how, name, kind));
  };

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
      <Target columns={columns} target={target} onKind={readAs} />
      <Columns columns={columns} target={target.value} left={left} leftOut={found.left_out} onKind={readAs} />
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

/** Why nothing can be learned so; "" where something can. */
function problemOf(
  columns: readonly ReadColumn[],
  inputs: readonly ReadColumn[],
  target: ReadColumn | undefined,
): string {
  const width = inputs.reduce((sum, column) => sum + inputsOf(column), 0);
  if (columns.length === 1 && columns[0]?.kind === "numbers")
    return t("This table is a single column of numbers: there must be another column, to tell or to tell from.");
  if (!inputs.length) return t("Choose at least one input.");
  if (!target && width < 2) return t("To compress the rows takes at least 2 inputs: choose another column.");
  return width > catalogue.limits.inputs
    ? t("These columns are {count} inputs, and there are at most {most}: leave some out.", {
        count: format.count(width),
        most: catalogue.limits.inputs,
      })
    : "";
}

interface TargetProps {
  readonly columns: readonly ReadColumn[];
  readonly target: Signal<string>;
  readonly onKind: (column: ReadColumn, kind: ColumnKind) => void;
}

/** Of a column that is few numbers one may tell which it is, or how large. */
function Target({ columns, target, onKind }: TargetProps) {
  const told = columns.find(({ name }) => name === target.value);
  const choose = (option: string) => {
    const [kind, ...words] = option.split(" ");
    target.value = words.join(" ");
    const column = columns.find(({ name }) => name === target.value);
    if (column) onKind(column, kind as ColumnKind);
  };
  const choices = (label: string, kind: ColumnKind) => (
    <Names
      label={label}
      columns={columns.filter((column) => canBeTarget(column, kind))}
      optionOf={({ name }) => `${kind} ${name}`}
    />
  );
  return (
    <div class="bring-target">
      <label for="bring-target">{t("Target")}</label>
      <select
        id="bring-target"
        value={told ? `${told.kind} ${told.name}` : ""}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {choices(t("Categories, to classify"), "categories")}
        {choices(t("Numbers, to regress"), "numbers")}
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
