/** A link to an experiment on a table leads nowhere for others until the table is shared too. */
import { signal } from "@preact/signals";
import { t } from "../../language.ts";
import { Refused } from "../../server.ts";
import { dataNow, isTable } from "./learning.ts";
import { mark, tableOf } from "./tables.ts";

const problem = signal("");

export function TableShare() {
  const table = isTable() ? tableOf(dataNow().table) : null;
  if (!table?.is_mine || table.is_shared) return null;
  return (
    <p class="notice warning">
      <span>
        {t("The table “{name}” is yours alone: others cannot open the link until you share it.", { name: table.name })}
      </span>{" "}
      <button type="button" class="button outlined small" onClick={() => void share(table.id)}>
        {t("Share the table")}
      </button>
      {problem.value && (
        <span class="problem" role="alert">
          {problem.value}
        </span>
      )}
    </p>
  );
}

async function share(id: string): Promise<void> {
  problem.value = "";
  try {
    await mark(id, { is_shared: true });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problem.value = error.message;
  }
}
