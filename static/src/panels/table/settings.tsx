/** The table that is learned of: what is to be told, from which columns, and what the map shows of them. */
import { Part, Problem, Setting, type ControlProps } from "../../form/controls.tsx";
import { set } from "../../form/setting.ts";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { valueAt } from "../../path.ts";
import { experiment, isReadOnly } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import { canBeTold, columnsNow, dataNow, isTable, learn, missingIn, named, type Named } from "./learning.ts";
import { Names, OneHot } from "./naming.tsx";
import { tableOf, type Table } from "./tables.ts";

await fetchStyle("table");

const windows = () => import("./windows.tsx");

export function TableSettings() {
  if (!isTable()) return null;
  const { table: id, kind } = dataNow();
  const table = tableOf(id);
  const columns = columnsNow(table);
  const isMapped = kind !== "unlabelled_table";
  return (
    <>
      <Heading table={table} />
      <div class="settings table-settings">
        <Target columns={columns} />
        {!isMapped && <Setting path="data.label" control={Label} />}
        <Setting path="data.columns" control={Inputs} />
        <OneHot columns={dataNow().columns} />
        <Setting path="data.missing" />
        <Gaps table={table} />
        {isMapped && <Plane />}
        <Part path="data.samples" />
        <Part path="data.test_fraction" />
        <Part path="data.scaling" />
      </div>
    </>
  );
}

function Heading({ table }: { table: Table | null | undefined }) {
  return (
    <div class="table-heading">
      <p>
        <b>{dataNow().called}</b>{" "}
        {table && (
          <span class="quiet">
            {plural(table.rows, "1 row", "{count} rows", { count: format.count(table.rows) })},{" "}
            {plural(table.columns.length, "1 column", "{count} columns")}
          </span>
        )}
      </p>
      {table === null && <p class="problem">{t("This table is not kept here, or it was not shared with you.")}</p>}
      <Problem path="data.table" />
      {!isReadOnly.value && (
        <p class="bring-ways">
          <button
            type="button"
            class="button outlined small"
            onClick={() => void windows().then(({ openBring }) => openBring())}
          >
            {t("Bring a table…")}
          </button>
          <button type="button" class="button small" onClick={() => void windows().then(({ openMine }) => openMine())}>
            {t("My tables")}
          </button>
        </p>
      )}
    </div>
  );
}

/** Which column is told from the others, categories before numbers; or none. */
function Target({ columns }: { columns: readonly Named[] }) {
  const { target, columns: inputs } = dataNow();
  const found = columns.filter(canBeTold);
  const [classes, numbers] = [
    found.filter(({ values }) => values.length),
    found.filter(({ values }) => !values.length),
  ];
  const choose = (name: string) => {
    const chosen = found.find((column) => column.name === name);
    const used = [...inputs, ...(target ? [target] : [])].map((column) => column.name);
    learn(
      columns.filter((column) => used.includes(column.name) && column.name !== name),
      chosen,
    );
  };
  return (
    <div class="setting" title={t("What the network is to tell from the other columns.")}>
      <label for="table-target">{t("Target")}</label>
      <select id="table-target" value={target?.name ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
        <Names label={t("Categories, to classify")} columns={classes} />
        <Names label={t("Numbers, to regress")} columns={numbers} />
        <option value="">{t("None: compress the rows")}</option>
      </select>
      <Problem path="data.target" />
      <p class="new-start">{t("Another target starts the run anew.")}</p>
    </div>
  );
}

/** What colours the rows of which nothing is told. */
function Label({ id }: ControlProps) {
  const { table, label } = dataNow();
  const inputs = dataNow().columns;
  const labels = columnsNow(tableOf(table)).filter(
    ({ name, values }) => values.length > 1 && inputs.some((input) => input.name !== name),
  );
  return (
    <select
      id={id}
      value={label?.name ?? ""}
      onChange={(event) => {
        const chosen = labels.find(({ name }) => name === event.currentTarget.value);
        const columns = inputs.filter(({ name }) => name !== chosen?.name);
        set("data", { ...experiment.value.data, label: chosen ? named(chosen) : null, columns });
      }}
    >
      {labels.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
      <option value="">{t("None")}</option>
    </select>
  );
}

/** A chip for each column that may be an input. At least one is. */
function Inputs({ id }: ControlProps) {
  const { table, target, label, columns } = dataNow();
  const choices = columnsNow(tableOf(table)).filter(({ name }) => name !== target?.name && name !== label?.name);
  const chosen = columns.map(({ name }) => name);
  const give = (names: readonly string[]) => {
    if (!names.length) return;
    const inputs = choices.filter(({ name }) => names.includes(name));
    if (label !== undefined) set("data", { ...experiment.value.data, columns: inputs.map(named) });
    else learn(inputs, target);
  };
  return (
    <span class="chips" role="group" aria-labelledby={id}>
      {choices.map(({ name }) => (
        <button
          key={name}
          type="button"
          class="chip"
          aria-pressed={chosen.includes(name)}
          onClick={() => give(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name])}
        >
          <span>{name}</span>
        </button>
      ))}
      {chosen.length < choices.length && (
        <button type="button" class="button small" onClick={() => give(choices.map(({ name }) => name))}>
          {t("All")}
        </button>
      )}
    </span>
  );
}

/** How many cells are missing in what is used. */
function Gaps({ table }: { table: Table | null | undefined }) {
  const { columns } = dataNow();
  const missing = table
    ? missingIn(
        table.columns,
        columns.map(({ name }) => name),
      )
    : 0;
  return missing ? (
    <p class="quiet">
      {plural(missing, "At least one row has a missing input.", "At least {count} rows have a missing input.", {
        count: format.count(missing),
      })}
    </p>
  ) : null;
}

/** Which plane through the data the map shows, and of a slice which inputs stand along its sides. */
function Plane() {
  const isSlice = valueAt(experiment.value, "data.plane.kind") === "slice";
  return (
    <>
      <Setting path="data.plane" />
      {isSlice && (
        <>
          <Setting path="data.plane.across" control={Side} />
          <Setting path="data.plane.up" control={Side} />
        </>
      )}
    </>
  );
}

function Side({ path, id }: ControlProps) {
  const numbers = dataNow().columns.filter(({ values }) => !values.length);
  return (
    <select id={id} value={sideAt(path)} onChange={(event) => set(path, event.currentTarget.value)}>
      {numbers.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** What stands there, told or not: the first numbers that are not asked for elsewhere. */
function sideAt(path: string): string {
  const asked = ["across", "up"].map((side) => String(valueAt(experiment.value, `data.plane.${side}`) ?? ""));
  const free = dataNow()
    .columns.filter(({ name, values }) => !values.length && !asked.includes(name))
    .map(({ name }) => name);
  const [across = "", up = ""] = asked.map((name) => name || (free.shift() ?? ""));
  return path.endsWith("across") ? across : up;
}
