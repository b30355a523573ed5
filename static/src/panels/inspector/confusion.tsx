/** The confusion matrix: of the test samples, what they are and what the network takes them for; and which they are. */
import { signal } from "@preact/signals";
import { ARROWS } from "../../draw/near.ts";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { scene } from "../../store.ts";
import { TableButton, type DataTable } from "../datatable.tsx";
import { Cases } from "./cases.tsx";
import { useGlance, type Rhythm } from "./glance.ts";

const RHYTHM: Rhythm = { playing: 500, resting: 0 };

/** A cell: the class that samples are, and the one that they are taken for. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** With more classes than these the columns are narrow. */
const WIDE = 5;

/** The cell whose samples are shown; null is none. */
const opened = signal<Cell | null>(null);
/** The cell that Tab reaches; the arrow keys move it. */
const reached = signal<Cell>({ row: 0, column: 0 });

export function Confusion() {
  const seen = useGlance("confusion", RHYTHM).value?.arrays["confusion"];
  const names = (scene.value?.class_names ?? []).map((name) => t(name));
  if (scene.value?.test_samples === 0)
    return <p>{t("No samples are kept aside to test with: there is nothing to count.")}</p>;
  if (!seen) return <p class="quiet">{t("The test samples are counted.")}</p>;
  const classes = seen.shape[0] ?? 0;
  const rows = Array.from({ length: classes }, (_, i) => [...seen.data.subarray(i * classes, (i + 1) * classes)]);
  const isThere = opened.value && Math.max(opened.value.row, opened.value.column) < classes;
  return (
    <div class="confusion">
      <div>
        <div class="explained">
          <p id="confusion-said">
            {t("Test samples: each row is what they are, each column what the network takes them for.")}{" "}
            {summary(rows, names)}{" "}
            {scene.value?.dimensions
              ? t("Choose a cell to ring its points on the map.")
              : t("Choose a cell to see its images.")}
          </p>
          <TableButton title={t("Confusion matrix")} table={() => tableOf(rows, names)} />
        </div>
        <table
          role="grid"
          class={classes > WIDE ? "many" : ""}
          aria-label={t("Confusion matrix")}
          aria-describedby="confusion-said"
          onKeyDown={(event) => walk(event, classes)}
        >
          <thead>
            <tr>
              <th scope="col">{t("is \\ taken for")}</th>
              {rows.map((_, i) => (
                <th key={i} scope="col">
                  {names[i]}
                </th>
              ))}
              <th scope="col">{t("right")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, r) => (
              <Row key={r} counts={row} own={r} names={names} />
            ))}
          </tbody>
        </table>
      </div>
      <Cases cell={isThere ? opened.value : null} names={names} close={() => (opened.value = null)} />
    </div>
  );
}

/** The counts, a row for what the samples are. */
function tableOf(rows: readonly (readonly number[])[], names: readonly string[]): DataTable {
  return {
    columns: [t("is \\ taken for"), ...rows.map((_, i) => names[i] ?? "")],
    rows: rows.map((row, i) => [names[i] ?? "", ...row]),
  };
}

interface RowProps {
  readonly counts: readonly number[];
  readonly own: number;
  readonly names: readonly string[];
}

function Row({ counts, own, names }: RowProps) {
  const all = sum(counts);
  const name = names[own] ?? "";
  return (
    <tr>
      <th scope="row">{name}</th>
      {counts.map((count, c) => (
        <td
          key={c}
          class={shade(count / (all || 1), c === own)}
          title={t("{count} of {all} {is} taken for {other}", { count, all, is: name, other: names[c] ?? "" })}
          data-cell={`${own}.${c}`}
          tabIndex={isAt(reached.value, own, c) ? 0 : -1}
          aria-selected={isAt(opened.value, own, c)}
          onFocus={() => (reached.value = { row: own, column: c })}
          onClick={() => toggle(own, c)}
        >
          {count}
        </td>
      ))}
      <td class="right">{all ? format.percent((counts[own] ?? 0) / all, 0) : "–"}</td>
    </tr>
  );
}

function isAt(cell: Cell | null, row: number, column: number): boolean {
  return cell?.row === row && cell.column === column;
}

function toggle(row: number, column: number): void {
  opened.value = isAt(opened.value, row, column) ? null : { row, column };
}

/** Arrow keys go from cell to cell, Enter and Space open one, Escape closes it. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }, classes: number): void {
  const { row, column } = reached.value;
  const way = ARROWS[event.key];
  if (way) {
    const within = (at: number) => Math.max(0, Math.min(classes - 1, at));
    reached.value = { row: within(row + way[1]), column: within(column + way[0]) };
    const { row: down, column: across } = reached.value;
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${down}.${across}"]`)?.focus();
  } else if (event.key === "Enter" || event.key === " ") toggle(row, column);
  else if (event.key === "Escape" && opened.value) opened.value = null;
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const SHADES = 8;

/** How dark a cell is: the share of its row. Right ones are on the diagonal and look otherwise. */
function shade(share: number, isRight: boolean): string {
  const step = share > 0 ? Math.max(1, Math.round(share * SHADES)) : 0;
  return `${isRight ? "hit" : "miss"} shade-${step}`;
}

/** The pair that is mistaken most often. */
function summary(rows: readonly (readonly number[])[], names: readonly string[]): string {
  let [most, from, to] = [0, 0, 0];
  rows.forEach((row, r) =>
    row.forEach((count, c) => {
      if (r !== c && count > most) [most, from, to] = [count, r, c];
    }),
  );
  return most
    ? plural(
        most,
        "Most often mistaken: {is} for {other}, once.",
        "Most often mistaken: {is} for {other}, {count} times.",
        { is: names[from] ?? "", other: names[to] ?? "" },
      )
    : t("None is mistaken.");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
