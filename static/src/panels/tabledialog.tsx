/** A table of numbers in a dialog, a page at a time; all of it to copy into a sheet or to save as CSV. */
import { render } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { count, number } from "../format.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { saveFile } from "../saving/saving.ts";
import type { Column, DataTable } from "./datatable.tsx";
import { Dialog } from "./dialog.tsx";

const PAGE_ROWS = 100;
const DIGITS = 4;
const CSV = "text/csv;charset=utf-8";

type Cell = string | number;

/** Show a table over the page until it is closed. */
export function showTable(title: string, table: DataTable, closed: () => void): void {
  const host = document.body.appendChild(document.createElement("div"));
  const close = () => {
    render(null, host);
    host.remove();
    closed();
  };
  render(<TableDialog title={title} table={table} onClose={close} />, host);
}

interface DialogProps {
  readonly title: string;
  readonly table: DataTable;
  readonly onClose: () => void;
}

function TableDialog({ title, table, onClose }: DialogProps) {
  const [first, setFirst] = useState(0);
  const length = table.rows.length;
  return (
    <Dialog title={title} class="table-dialog" onClose={onClose}>
      <Rows title={title} table={table} first={first} />
      <div class="table-foot">
        {length > PAGE_ROWS && <Pages first={first} length={length} onTurn={setFirst} />}
        <Ways title={title} table={table} />
      </div>
    </Dialog>
  );
}

function Rows({ title, table, first }: { title: string; table: DataTable; first: number }) {
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => frame.current?.scrollTo(0, 0), [first]);
  const columns = table.columns.map(columnOf);
  return (
    <div class="table-frame" ref={frame} tabIndex={0} role="region" aria-labelledby="table-caption">
      <table>
        <caption id="table-caption">
          <span class="unseen">{title}</span> {table.note}
        </caption>
        <thead>
          <tr>
            {columns.map(({ name }, i) => (
              <th key={i} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.slice(first, first + PAGE_ROWS).map((row, i) => (
            <Row key={first + i} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, columns }: { row: readonly Cell[]; columns: readonly Column[] }) {
  const [name = "", ...cells] = row;
  return (
    <tr>
      <th scope="row">{textOf(name, columns[0])}</th>
      {cells.map((cell, i) => (
        <td key={i}>{textOf(cell, columns[i + 1])}</td>
      ))}
    </tr>
  );
}

function columnOf(column: string | Column): Column {
  return typeof column === "string" ? { name: column } : column;
}

function textOf(cell: Cell, column: Column | undefined): string {
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return "–";
  if (column?.text) return column.text(cell);
  return Number.isInteger(cell) ? count(cell) : number(cell, DIGITS);
}

interface PagesProps {
  readonly first: number;
  readonly length: number;
  readonly onTurn: (first: number) => void;
}

/** "Rows 101 to 200 of 5,000", and the ways to the others. */
function Pages({ first, length, onTurn }: PagesProps) {
  const last = Math.min(length, first + PAGE_ROWS);
  return (
    <div class="table-pages" role="group" aria-label={t("Rows shown")}>
      <Turn name={t("Earlier rows")} icon="back" isIdle={first === 0} onTurn={() => onTurn(first - PAGE_ROWS)} />
      <span role="status">
        {t("Rows {first} to {last} of {all}", { first: count(first + 1), last: count(last), all: count(length) })}
      </span>
      <Turn name={t("Later rows")} icon="next" isIdle={last === length} onTurn={() => onTurn(last)} />
    </div>
  );
}

interface TurnProps {
  readonly name: string;
  readonly icon: "back" | "next";
  readonly isIdle: boolean;
  readonly onTurn: () => void;
}

/** It keeps the focus at the last page, so it is never quite disabled. */
function Turn({ name, icon, isIdle, onTurn }: TurnProps) {
  return (
    <button
      type="button"
      class="button outlined square small turn"
      aria-label={name}
      aria-disabled={isIdle}
      onClick={() => isIdle || onTurn()}
    >
      <Icon name={icon} />
    </button>
  );
}

/** To take it away. A browser may have no clipboard for us. */
function Ways({ title, table }: { title: string; table: DataTable }) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(linesOf(table, "\t"));
      setSaid(t("Copied"));
    } catch {
      setSaid(t("The browser does not allow it. Save the file instead."));
    }
  };
  return (
    <div class="table-ways">
      <span class="quiet" role="status">
        {said}
      </span>
      <button type="button" class="button outlined" onClick={() => void copy()}>
        {t("Copy all rows")}
      </button>
      <button
        type="button"
        class="button outlined"
        onClick={() => saveFile(new Blob([linesOf(table, ",")], { type: CSV }), fileName(title))}
      >
        {t("Save as CSV")}
      </button>
    </div>
  );
}

/** All rows as text, numbers with all their digits. */
function linesOf({ columns, rows }: DataTable, separator: string): string {
  const lines = [columns.map((column) => columnOf(column).name), ...rows];
  return lines.map((line) => line.map((cell) => quoted(cell, separator)).join(separator) + "\r\n").join("");
}

/** RFC 4180: a cell with a separator, a quote or a line end in it stands in quotes, which are doubled. */
function quoted(cell: Cell, separator: string): string {
  const text = typeof cell === "number" && !Number.isFinite(cell) ? "" : String(cell);
  return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** "loss-by-epoch.csv". */
function fileName(title: string): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ["table"];
  return `${words.join("-")}.csv`;
}
