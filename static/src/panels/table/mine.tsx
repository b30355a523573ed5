/** The tables that one has brought: to learn of another one, to name, share, save or delete. */
import { useEffect } from "preact/hooks";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { Dialog } from "../dialog.tsx";
import { KeptItem, Problem, usageText, useAttempt } from "./kept.tsx";
import { begin, canBeTold, dataNow, isTable } from "./learning.ts";
import { isBringing, isChoosing } from "./opened.ts";
import { fetchShelf, fetchTable, fileOf, knownTable, mark, remove, shelf, type Entry } from "./tables.ts";
import { fetchStyle } from "../../style.ts";

await fetchStyle("table");

export function Mine() {
  const { problem, attempt } = useAttempt();
  useEffect(() => attempt(fetchShelf), []);
  const { tables = [] } = shelf.value ?? {};
  const close = () => (isChoosing.value = false);
  return (
    <Dialog title={t("My tables")} class="mine-dialog" onClose={close}>
      <Problem text={problem.value} />
      {shelf.value && !tables.length && <p>{t("You have brought no table yet.")}</p>}
      <ul class="mine">
        {tables.map((table) => (
          <KeptItem
            key={table.id}
            name={table.name}
            says={plural(table.rows, "1 row", "{count} rows", { count: format.count(table.rows) })}
            isShared={table.is_shared}
            isInUse={isTable() && dataNow().table === table.id}
            onUse={() => attempt(() => use(table))}
            onMark={(marks) => attempt(() => mark(table.id, marks))}
            onDelete={() => attempt(() => remove(table.id))}
          >
            <a class="button small" href={fileOf(table.id)} download="">
              {t("Save as CSV")}
              <span class="unseen"> {table.name}</span>
            </a>
          </KeptItem>
        ))}
      </ul>
      <div class="bring-ways">
        <button
          type="button"
          class="button outlined"
          onClick={() => {
            close();
            isBringing.value = true;
          }}
        >
          {t("Bring a table…")}
        </button>
        {shelf.value && <span class="quiet">{usageText(shelf.value)}</span>}
      </div>
    </Dialog>
  );
}

/** Begin with it: what is suggested of it, or else its last column, from all others. */
async function use({ id, name }: Entry): Promise<void> {
  await fetchTable(id);
  const table = knownTable(id);
  if (!table) return;
  const { columns, suggested } = table;
  const target = columns.find((column) => column.name === suggested?.target) ?? columns.findLast(canBeTold);
  begin({ ...table, name }, columns, target, "drop");
  isChoosing.value = false;
}
