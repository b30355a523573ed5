/** How all stand in numbers, the first one first. */
import { count } from "../format.ts";
import { t } from "../language.ts";
import { tick, type Lane } from "./lane.ts";
import { Mark } from "./mark.tsx";
import { goal, lanes, measure, standings } from "./race.ts";
import { reachedAt } from "./standings.ts";
import { MEASURES, secondsText, TITLES, valueText, type Measure } from "./words.ts";

export function Table() {
  tick.value;
  const known = MEASURES.filter((name) => lanes.value.some(({ frame }) => frame.peek()?.metrics[name] !== undefined));
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label={t("How they stand")}>
      <table>
        <caption>{t("How they stand")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("Place")}</th>
            <th scope="col">{t("Contestant")}</th>
            <th scope="col">{t("Epochs to the target")}</th>
            {known.map((name) => (
              <th key={name} scope="col">
                {TITLES[name]}
                <small>{name.endsWith("loss") ? t("last, lowest") : t("last, highest")}</small>
              </th>
            ))}
            <th scope="col">{t("Seconds")}</th>
          </tr>
        </thead>
        <tbody>
          {standings.value.map(({ contestant, rank }) => {
            const lane = lanes.value[contestant];
            return lane && <Row key={lane.run} lane={lane} i={contestant} rank={rank} known={known} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

function Row({ lane, i, rank, known }: { lane: Lane; i: number; rank: number; known: readonly Measure[] }) {
  const { epoch = [], [measure.value]: values = [] } = lane.columns;
  const reached = reachedAt({ epochs: epoch, values, hasDiverged: false }, goal.value);
  const now = lane.frame.peek();
  return (
    <tr>
      <td>{now?.status === "diverged" ? t("out") : now?.step ? rank : "–"}</td>
      <th scope="row">
        <Mark i={i} />
      </th>
      <td>{reached === null ? "–" : count(reached)}</td>
      {known.map((name) => (
        <td key={name}>
          {valueText(name, lane.columns[name]?.at(-1))} <span class="quiet">{valueText(name, bestOf(lane, name))}</span>
        </td>
      ))}
      <td>{secondsText(now?.seconds)}</td>
    </tr>
  );
}

function bestOf({ columns }: Lane, name: Measure): number | undefined {
  const known = (columns[name] ?? []).filter(Number.isFinite);
  if (!known.length) return undefined;
  return known.reduce((best, value) => (name.endsWith("loss") ? Math.min(best, value) : Math.max(best, value)));
}
