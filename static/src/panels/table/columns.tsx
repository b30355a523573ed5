/** The columns of a text that was read: what is in each, as what it is read, and whether it is an input. */
import type { Signal } from "@preact/signals";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { canBeTarget, inputsOf, type ColumnKind, type ReadColumn } from "./kinds.ts";
import { OneHot } from "./naming.tsx";
import type { Column } from "./tables.ts";

interface ColumnsProps {
  readonly columns: readonly ReadColumn[];
  readonly target: string;
  readonly left: Signal<readonly string[]>;
  readonly leftOut: readonly string[];
  readonly onKind: (column: ReadColumn, kind: ColumnKind) => void;
}

export function Columns({ columns, target, left, leftOut, onKind }: ColumnsProps) {
  const inputs = columns.filter(({ name }) => name !== target && !left.value.includes(name));
  const count = inputs.reduce((sum, column) => sum + inputsOf(column), 0);
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
        <span role="status">{plural(count, "1 input in all", "{count} inputs in all")}</span>
      </p>
      <div class="table-frame bring-columns" role="region" aria-label={t("Columns")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("Column")}</th>
              <th scope="col">{t("Kind")}</th>
              <th scope="col">{t("Inputs")}</th>
              <th scope="col">{t("Missing")}</th>
              <th scope="col">{t("Values")}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <Row
                key={column.name}
                column={column}
                isTarget={column.name === target}
                left={left}
                onKind={(kind) => onKind(column, kind)}
              />
            ))}
            {leftOut.map((name) => (
              <tr key={name} class="left-out">
                <th scope="row">{name}</th>
                <td>{t("Text")}</td>
                <td />
                <td />
                <td class="bring-values">{t("left out")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {inputs.some(({ kinds }) => kinds.length > 1) && (
        <p class="quiet">
          {t("As numbers a column is one input, in which 3 is more than 2. As categories none is more than another.")}
        </p>
      )}
      <OneHot columns={inputs} />
    </>
  );
}

interface RowProps {
  readonly column: ReadColumn;
  readonly isTarget: boolean;
  readonly left: Signal<readonly string[]>;
  readonly onKind: (kind: ColumnKind) => void;
}

function Row({ column, isTarget, left, onKind }: RowProps) {
  const { name, missing } = column;
  const isInput = !isTarget && !left.value.includes(name);
  return (
    <tr>
      <th scope="row">
        <label class="check">
          <input
            type="checkbox"
            disabled={isTarget}
            checked={isInput}
            onChange={({ currentTarget: { checked } }) =>
              (left.value = checked ? left.value.filter((other) => other !== name) : [...left.value, name])
            }
          />
          {name}
        </label>
      </th>
      <td>
        <Kind column={column} isTarget={isTarget} onKind={onKind} />
      </td>
      <td>{isTarget ? t("Target") : isInput ? format.count(inputsOf(column)) : "–"}</td>
      <td>{missing ? format.count(missing) : "–"}</td>
      <td class="bring-values">{valuesText(column)}</td>
    </tr>
  );
}

/** Numbers or categories: a choice where it can be both. */
function Kind({ column, isTarget, onKind }: Omit<RowProps, "left">) {
  const { name, kind, distinct } = column;
  const kinds = column.kinds.filter((kind) => !isTarget || canBeTarget(column, kind));
  const words = { numbers: t("Numbers"), categories: t("Categories") };
  if (kinds.length < 2) return <>{words[kind]}</>;
  const choices = { numbers: words.numbers, categories: t("Categories ({count})", { count: distinct }) };
  return (
    <select
      aria-label={t("Kind of {name}", { name })}
      value={kind}
      onChange={(event) => onKind(event.currentTarget.value as ColumnKind)}
    >
      {kinds.map((kind) => (
        <option key={kind} value={kind}>
          {choices[kind]}
        </option>
      ))}
    </select>
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
