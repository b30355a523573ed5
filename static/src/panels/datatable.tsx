/** The numbers behind a picture, as a table: a button, and what loads the dialog once it is wanted. */
import { t } from "../language.ts";

/** A column's name, and how its numbers are written where three or four digits are not enough or too many. */
export interface Column {
  readonly name: string;
  readonly text?: (value: number) => string;
}

/** The first cell of a row names it. What is not a number there, NaN, is an empty cell. */
export interface DataTable {
  readonly columns: readonly (string | Column)[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Said under the title: "at epoch 40". */
  readonly note?: string;
}

interface TableButtonProps {
  /** What the numbers are: "Loss by epoch". */
  readonly title: string;
  /** Asked each time the table is opened. */
  readonly table: () => DataTable | Promise<DataTable>;
  /** What stands on the button where that is more than "Table". */
  readonly words?: string;
}

export function TableButton({ title, table, words = t("Table") }: TableButtonProps) {
  return (
    <button
      type="button"
      class="button small table-button"
      aria-label={t("Table: {title}", { title })}
      title={t("The same numbers as a table, to copy or to save")}
      aria-haspopup="dialog"
      onClick={(event) => void openTable(event.currentTarget, title, table())}
    >
      {words}
    </button>
  );
}

async function openTable(button: HTMLElement, title: string, table: DataTable | Promise<DataTable>): Promise<void> {
  const { showTable } = await import("./tabledialog.tsx");
  showTable(title, await table, () => button.focus());
}
