/** The tables that one has brought: to learn of another one, to name, share, save or delete. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { Refused } from "../../server.ts";
import { Dialog } from "../dialog.tsx";
import { begin, canBeTold, dataNow, isTable } from "./learning.ts";
import { isBringing, isChoosing } from "./opened.ts";
import { fetchShelf, fetchTable, fileOf, knownTable, mark, remove, shelf, type Entry } from "./tables.ts";
import { fetchStyle } from "../../style.ts";

await fetchStyle("table");

const LONGEST_NAME = 80;
const MB = 2 ** 20;

export function Mine() {
  const problem = useSignal("");
  const attempt = async (act: () => Promise<void>) => {
    problem.value = "";
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem.value = error.message;
    }
  };
  useEffect(() => void attempt(fetchShelf), []);
  const { tables = [] } = shelf.value ?? {};
  const close = () => (isChoosing.value = false);
  return (
    <Dialog title={t("My tables")} class="mine-dialog" onClose={close}>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {shelf.value && !tables.length && <p>{t("You have brought no table yet.")}</p>}
      <ul class="mine">
        {tables.map((table) => (
          <Item key={table.id} table={table} attempt={(act) => void attempt(act)} />
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
        {shelf.value && <span class="quiet">{usageText()}</span>}
      </div>
    </Dialog>
  );
}

/** "3 of 20 tables, 2.1 of 50 MB". */
function usageText(): string {
  const { tables = [], bytes = 0, most_bytes: most = 0, most_tables: mostTables = 0 } = shelf.value ?? {};
  return t("{count} of {most} tables, {size} of {all} MB", {
    count: tables.length,
    most: mostTables,
    size: format.fixed(bytes / MB, 1),
    all: format.number(most / MB),
  });
}

interface ItemProps {
  readonly table: Entry;
  readonly attempt: (act: () => Promise<void>) => void;
}

function Item({ table, attempt }: ItemProps) {
  const { id, name, rows, is_shared: isShared } = table;
  const isRenaming = useSignal(false);
  const isSure = useSignal(false);
  const isInUse = isTable() && dataNow().table === id;
  return (
    <li aria-current={isInUse ? "true" : undefined}>
      {isRenaming.value ? (
        <Rename
          name={name}
          onName={(next) => {
            isRenaming.value = false;
            if (next !== null && next !== name) attempt(() => mark(id, { name: next }));
          }}
        />
      ) : (
        <p>
          <b>{name}</b>{" "}
          <span class="quiet">{plural(rows, "1 row", "{count} rows", { count: format.count(rows) })}</span>
        </p>
      )}
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          checked={isShared}
          onChange={(event) => {
            const isOn = event.currentTarget.checked;
            attempt(() => mark(id, { is_shared: isOn }));
          }}
        />
        {t("Shared: whoever has a link with it may train on it")}
      </label>
      <p class="bring-ways">
        <button type="button" class="button outlined small" onClick={() => attempt(() => use(table))}>
          {t("Use")}
          <span class="unseen"> {name}</span>
        </button>
        <button type="button" class="button small" onClick={() => (isRenaming.value = true)}>
          {t("Rename")}
          <span class="unseen"> {name}</span>
        </button>
        <a class="button small" href={fileOf(id)} download="">
          {t("Save as CSV")}
          <span class="unseen"> {name}</span>
        </a>
        {isSure.value ? (
          <>
            <button type="button" class="button dangerous small" onClick={() => attempt(() => remove(id))}>
              {t("Delete for good")}
            </button>
            <button type="button" class="button small" onClick={() => (isSure.value = false)}>
              {t("Keep")}
            </button>
          </>
        ) : (
          <button type="button" class="button small" onClick={() => (isSure.value = true)}>
            {t("Delete")}
            <span class="unseen"> {name}</span>
          </button>
        )}
      </p>
    </li>
  );
}

/** Told null where the name stays as it is. */
function Rename({ name, onName }: { name: string; onName: (name: string | null) => void }) {
  return (
    <input
      class="typed"
      autofocus
      aria-label={t("Name")}
      maxLength={LONGEST_NAME}
      autocomplete="off"
      defaultValue={name}
      onKeyDown={(event) => {
        if (event.key === "Enter") onName(event.currentTarget.value);
        if (event.key !== "Escape") return;
        event.preventDefault(); // the window stays
        onName(null);
      }}
      onBlur={(event) => onName(event.currentTarget.value)}
    />
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
