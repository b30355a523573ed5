/** The tables that one has brought: to learn of another one, to name, share, save or delete. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { set } from "../../form/setting.ts";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { isReadOnly } from "../../store.ts";
import { Dialog } from "../dialog.tsx";
import { Deleted, KeptItem, Problem, Usage, useAttempt } from "./kept.tsx";
import { begin, canBeTold, dataNow, isTable } from "./learning.ts";
import { isBringing, isChoosing } from "./opened.ts";
import { fetchShelf, fetchTable, fileOf, knownTable, mark, remove, shelf, type Entry, type Marks } from "./tables.ts";
import { fetchStyle } from "../../style.ts";

await fetchStyle("table");

export function Mine() {
  const { problem, attempt } = useAttempt();
  useEffect(() => attempt(fetchShelf), []);
  const { tables = [] } = shelf.value ?? {};
  const deleted = useSignal<Entry | null>(null);
  const leave = async (entry: Entry) => {
    await remove(entry.id);
    deleted.value = entry;
  };
  const close = () => (isChoosing.value = false);
  return (
    <Dialog title={t("My tables")} class="mine-dialog" onClose={close}>
      <Problem text={problem.value} />
      <Deleted of={deleted.value} />
      {shelf.value && !tables.length && <p>{t("You have brought no table yet.")}</p>}
      <ul class="mine">
        {tables.map((table) => (
          <KeptItem
            key={table.id}
            name={table.name}
            says={plural(table.rows, "1 row", "{count} rows", { count: format.count(table.rows) })}
            isShared={table.is_shared}
            isInUse={isInUse(table)}
            onUse={() => attempt(() => use(table))}
            onMark={(marks) => attempt(() => change(table, marks))}
            runs={table.runs}
            onDelete={() => attempt(() => leave(table))}
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
      </div>
      {shelf.value && <Usage of={shelf.value} />}
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

function isInUse({ id }: Entry): boolean {
  return isTable() && dataNow().table === id;
}

/** The experiment that trains on it takes the new name, too. */
async function change(entry: Entry, marks: Marks): Promise<void> {
  const { name } = await mark(entry.id, marks);
  if (isInUse(entry) && !isReadOnly.value) set("data.called", name);
}
