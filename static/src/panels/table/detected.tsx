/** How a text was read as a table: what was found can be told otherwise. */
import { useLayoutEffect, useRef } from "preact/hooks";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import type { How, Preview, Separator } from "./sending.ts";

const SEPARATORS: readonly (readonly [Separator, string])[] = [
  [",", t("Comma")],
  [";", t("Semicolon")],
  ["\t", t("Tab")],
  ["|", t("Bar")],
];

interface DetectedProps {
  readonly found: Preview;
  readonly how: How;
  readonly onChange: (how: How) => void;
}

/** What had the focus before it was read is gone: the reader goes on here. */
export function Detected({ found, how, onChange }: DetectedProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);
  const { separator = found.separator, decimal = found.decimal, header = found.has_header } = how;
  return (
    <section aria-labelledby="detected-title">
      <h3 ref={title} id="detected-title" tabIndex={-1}>
        {t("How it is read")}
      </h3>
      <div class="bring-how">
        <div>
          <label for="table-separator">{t("Separator")}</label>
          <select
            id="table-separator"
            value={separator}
            onChange={(event) =>
              onChange({ ...how, separator: event.currentTarget.value as Separator, categorical: [] })
            }
          >
            {SEPARATORS.map(([sign, name]) => (
              <option key={sign} value={sign}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for="table-decimal">{t("Decimal sign")}</label>
          <select
            id="table-decimal"
            value={decimal}
            onChange={(event) => onChange({ ...how, decimal: event.currentTarget.value as "." | "," })}
          >
            <option value=".">{t("Point: 1.5")}</option>
            <option value=",">{t("Comma: 1,5")}</option>
          </select>
        </div>
        <div>
          <label for="table-header">{t("First row")}</label>
          <select
            id="table-header"
            value={String(header)}
            onChange={(event) => onChange({ ...how, header: event.currentTarget.value === "true", categorical: [] })}
          >
            <option value="true">{t("Names of the columns")}</option>
            <option value="false">{t("Values")}</option>
          </select>
        </div>
        <p class="quiet">
          {plural(found.rows, "1 row", "{count} rows", { count: format.count(found.rows) })},{" "}
          {plural(found.columns.length, "1 column", "{count} columns")}, {found.encoding}
        </p>
      </div>
      {found.warnings.map(({ message }) => (
        <p key={message} class="bring-warning">
          {t(message)}
        </p>
      ))}
      <Head found={found} />
    </section>
  );
}

/** The first rows as they are written. */
function Head({ found }: { found: Preview }) {
  return (
    <div class="table-frame" role="region" aria-label={t("The first rows")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {found.columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.head.map((row, i) => (
            <tr key={i}>
              {row.map((cell, k) => (
                <td key={k}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
