/** Columns of a table in words, as they are told wherever one chooses among them. */
import { plural, t } from "../../language.ts";
import type { Named } from "./learning.ts";

interface NamesProps<T> {
  readonly label: string;
  readonly columns: readonly T[];
  /** By what the choice of a column is known; by its name unless told. */
  readonly optionOf?: (column: T) => string;
}

/** Columns under a heading, to choose one of them. */
export function Names<T extends Named>({ label, columns, optionOf = ({ name }) => name }: NamesProps<T>) {
  if (!columns.length) return null;
  return (
    <optgroup label={label}>
      {columns.map((column) => (
        <option key={column.name} value={optionOf(column)}>
          {column.name}
        </option>
      ))}
    </optgroup>
  );
}

/** Said where a category is among the inputs. */
export function OneHot({ columns }: { columns: readonly Named[] }) {
  const column = columns.find(({ values }) => values.length);
  if (!column) return null;
  return (
    <p class="quiet">
      {t("One-hot: each category is an input of its own, 1 in its rows and 0 elsewhere.")}{" "}
      {plural(column.values.length, "{name} is 1 input.", "{name} is {count} inputs.", { name: column.name })}
    </p>
  );
}
