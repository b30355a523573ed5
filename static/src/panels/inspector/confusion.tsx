/** The confusion matrix: of the test samples, what they are and what the network takes them for. */
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { scene } from "../../store.ts";
import { TableButton, type DataTable } from "../datatable.tsx";
import { useGlance, type Rhythm } from "./glance.ts";

const RHYTHM: Rhythm = { playing: 500, resting: 0 };

export function Confusion() {
  const seen = useGlance("confusion", RHYTHM).value?.arrays["confusion"];
  const names = (scene.value?.class_names ?? []).map((name) => t(name));
  if (scene.value?.test_samples === 0)
    return <p>{t("No samples are kept aside to test with: there is nothing to count.")}</p>;
  if (!seen) return <p class="quiet">{t("The test samples are counted.")}</p>;
  const classes = seen.shape[0] ?? 0;
  const rows = Array.from({ length: classes }, (_, i) => [...seen.data.subarray(i * classes, (i + 1) * classes)]);
  return (
    <div class="confusion">
      <TableButton title={t("Confusion matrix")} table={() => tableOf(rows, names)} />
      <table>
        <caption>
          {t("Test samples: each row is what they are, each column what the network takes them for.")}{" "}
          {summary(rows, names)}
        </caption>
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
            <Row key={r} name={names[r] ?? ""} counts={row} own={r} names={names} />
          ))}
        </tbody>
      </table>
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
  readonly name: string;
  readonly counts: readonly number[];
  readonly own: number;
  readonly names: readonly string[];
}

function Row({ name, counts, own, names }: RowProps) {
  const all = sum(counts);
  return (
    <tr>
      <th scope="row">{name}</th>
      {counts.map((count, c) => (
        <td
          key={c}
          class={shade(count / (all || 1), c === own)}
          title={t("{count} of {all} {is} taken for {other}", { count, all, is: name, other: names[c] ?? "" })}
        >
          {count}
        </td>
      ))}
      <td class="right">{all ? format.percent((counts[own] ?? 0) / all, 0) : "–"}</td>
    </tr>
  );
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
