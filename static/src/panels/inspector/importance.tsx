/** Importance: how much worse the test samples are told where the network gets one column of another sample. */
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { scene, type Frame } from "../../store.ts";
import { TableButton, type DataTable } from "../datatable.tsx";
import { useGlance, type Rhythm } from "./glance.ts";

const RHYTHM: Rhythm = { playing: 1000, resting: 0 };

/** A column, and what dealing it out anew costs: points of accuracy or else loss, on the mean and from least to most. */
interface Cost {
  readonly name: string;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

export function Importance() {
  const seen = useGlance("importance", RHYTHM).value;
  const costs = seen ? costsIn(seen) : null;
  if (!costs) return <p class="quiet">{t("Each column is dealt out anew.")}</p>;
  const longest = Math.max(...costs.map(({ most }) => most), 1e-9);
  const worst = costs[0];
  return (
    <div class="importance">
      <p id="importance-said">
        {worst && isFelt(worst)
          ? t("Most depends on {name}: with that of other samples {cost}.", { name: worst.name, cost: costText(worst) })
          : t("No column matters yet: with that of other samples the network does as well.")}{" "}
        <span class="quiet">
          {t("Each column's values are dealt out anew among {count} test samples; the line spans the deals.", {
            count: seen?.importance?.samples ?? 0,
          })}
        </span>{" "}
        <TableButton title={t("Importance of the columns")} table={() => tableOf(costs)} />
      </p>
      <ol aria-describedby="importance-said">
        {costs.map((cost) => (
          <li key={cost.name}>
            <span title={cost.name}>{cost.name}</span>
            <i aria-hidden="true">
              <b style={{ width: share(cost.mean / longest) }} />
              <u style={{ left: share(cost.least / longest), right: share(1 - cost.most / longest) }} />
            </i>
            <span>{costText(cost, true)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

const isClassifying = () => scene.value?.task === "classification";

/** Of each column, the dearest first. */
function costsIn({ importance, arrays }: Frame): Cost[] | null {
  const measured = arrays[isClassifying() ? "importance/accuracy" : "importance/loss"];
  if (!importance || !measured) return null;
  const [, deals = 1] = measured.shape;
  const usual = (isClassifying() ? importance.accuracy : importance.loss) ?? 0;
  const costs = importance.columns.map((name, place) => {
    const each = [...measured.data.subarray(place * deals, (place + 1) * deals)];
    const own = each.map((value) => (isClassifying() ? usual - value : value - usual));
    const mean = own.reduce((sum, value) => sum + value, 0) / deals;
    return { name, mean, least: Math.min(...own), most: Math.max(...own) };
  });
  return costs.sort((a, b) => b.mean - a.mean);
}

/** "−23 points", or in a sentence "the accuracy falls by 23 points". */
function costText({ mean }: Cost, isShort = false): string {
  const number = isClassifying() ? format.fixed(Math.abs(100 * mean), 0) : format.number(Math.abs(mean), 2);
  if (isShort && isClassifying()) return signed(Math.round(-100 * mean), t("{number} points", { number }));
  if (isShort) return signed(mean, number);
  return isClassifying()
    ? t("the accuracy falls by {number} points", { number })
    : t("the loss rises by {number}", { number });
}

/** Whether it is more than nothing, as it is written. */
function isFelt({ mean }: Cost): boolean {
  return isClassifying() ? Math.round(100 * mean) > 0 : mean > 0;
}

function signed(change: number, text: string): string {
  return `${change > 0 ? "+" : change < 0 ? "−" : ""}${text}`;
}

function share(of: number): string {
  return `${(100 * Math.min(1, Math.max(0, of))).toFixed(1)}%`;
}

function tableOf(costs: readonly Cost[]): DataTable {
  const unit = isClassifying() ? t("points of accuracy") : t("loss");
  const text = isClassifying() ? (value: number) => format.fixed(100 * value, 1) : undefined;
  return {
    columns: [t("column"), ...[t("mean"), t("least"), t("most")].map((name) => ({ name, ...(text ? { text } : {}) }))],
    rows: costs.map(({ name, mean, least, most }) => [name, mean, least, most]),
    note: unit,
  };
}
