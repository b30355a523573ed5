/** Columns of a table in words, as they are told wherever one chooses among them. */
import { t } from "../../language.ts";
import type { Named } from "./learning.ts";

/** Columns under a heading, to choose one of them. */
export function Names({ label, columns }: { label: string; columns: readonly Named[] }) {
  if (!columns.length) return null;
  return (
    <optgroup label={label}>
      {columns.map(({ name }) => (
        <option key={name} value={name}>
          {name}
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
      {t("Each category is an input of its own, 1 in its rows and 0 elsewhere: {name} is {count} inputs.", {
        name: column.name,
        count: column.values.length,
      })}
    </p>
  );
}
