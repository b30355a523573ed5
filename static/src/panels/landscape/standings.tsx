/** How runs stand on a landscape, in numbers: beside the picture, said instead of it, and as a table. */
import type { Terrain } from "../../draw/terrain.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { TableButton, type DataTable } from "../datatable.tsx";
import type { Landscape } from "./survey.ts";
import type { Walker, Way } from "./way.ts";

interface StandingsProps {
  readonly runs: readonly Walker[];
  readonly ways: readonly Way[];
  readonly seen: Landscape | null;
  readonly terrain: Terrain | null;
}

export function Standings({ runs, ways, seen, terrain }: StandingsProps) {
  const [first] = ways;
  if (!first) return null;
  return (
    <div class="landscape-standing">
      {runs.length === 1 ? <OneRun way={first} /> : <AllRuns runs={runs} ways={ways} />}
      <TableButton title={t("The way through weight space")} table={() => tableOf(runs, ways)} />
      <p id="landscape-summary" class="unseen">
        {terrain && summaryOf(terrain, first, seen?.is_whole ?? false)}
      </p>
    </div>
  );
}

function OneRun({ way: { stops, now, kept } }: { way: Way }) {
  return (
    <dl class="landscape-numbers">
      <dt>{t("Start")}</dt>
      <dd>{format.loss(stops[0]?.loss)}</dd>
      <dt>{t("Now")}</dt>
      <dd>{format.loss(now.loss)}</dd>
      <dt title={t("The share of the way's variance that is left of it on the plane")}>{t("Plane keeps")}</dt>
      <dd>{format.percent(kept, 0)}</dd>
      <dt>{t("Updates")}</dt>
      <dd>{format.count(now.step)}</dd>
    </dl>
  );
}

function AllRuns({ runs, ways }: Pick<StandingsProps, "runs" | "ways">) {
  return (
    <table class="landscape-numbers">
      <thead>
        <tr>
          {[t("Run"), t("Now"), t("Plane keeps")].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ways.map(({ now, kept }, i) => (
          <tr key={runs[i]?.id}>
            <th scope="row" style={{ color: `var(${runs[i]?.color ?? ""})` }}>
              {runs[i]?.letter} {runs[i]?.label}
            </th>
            <td>{format.loss(now.loss)}</td>
            <td>{format.percent(kept, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the picture shows, in words. */
function summaryOf({ values }: Terrain, { stops, now, kept }: Way, isWhole: boolean): string {
  const losses = values.filter(Number.isFinite);
  const [low, high] = [
    losses.reduce((a, b) => Math.min(a, b), Infinity),
    losses.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const said = t(
    "The way leads from a loss of {start} to {now}; on the plane losses are between {low} and {high}. The plane keeps {kept} of the way.",
    {
      start: format.loss(stops[0]?.loss),
      now: format.loss(now.loss),
      low: format.loss(low),
      high: format.loss(high),
      kept: format.percent(kept, 0),
    },
  );
  const gaps = losses.length < values.length ? t("In places the loss is infinite.") : "";
  return [said, gaps, isWhole ? "" : t("It becomes finer.")].filter(Boolean).join(" ");
}

/** Every stop of every run. */
function tableOf(runs: readonly Walker[], ways: readonly Way[]): DataTable {
  const exactly = (value: number) => format.number(value, 5);
  const isOne = runs.length === 1;
  return {
    columns: [
      ...(isOne ? [] : [t("run")]),
      t("updates"),
      { name: t("train loss"), text: exactly },
      { name: t("along the plane's first direction"), text: exactly },
      { name: t("along the second"), text: exactly },
    ],
    rows: ways.flatMap(({ stops }, i) =>
      stops.map(({ step, loss, place: [x = NaN, y = NaN] }) => [
        ...(isOne ? [] : [`${runs[i]?.letter ?? ""} ${runs[i]?.label ?? ""}`]),
        step,
        loss,
        x,
        y,
      ]),
    ),
  };
}
