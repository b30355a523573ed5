/** The map of a sweep: a cell for each run, coloured by what it came to. A table, for eyes, for ears and for keys. */
import { computed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../language.ts";
import { theme } from "../store.ts";
import { shadesOf } from "./shade.ts";
import {
  addressOf,
  best,
  cells,
  cursor,
  failures,
  hovered,
  isShare,
  looked,
  measured,
  plan,
  study,
  valueOf,
} from "./study.ts";
import { endOf, MEASURE_NAMES, resultText, settingName, shortResult, valueText } from "./words.ts";

const sound = computed(() => [...cells.value.values()].filter(({ status }) => status !== "diverged"));

const shades = computed(() => {
  theme.value;
  return shadesOf(sound.value.map(valueOf), !isShare(measured.value));
});

export function HeatMap() {
  const table = useRef<HTMLTableElement>(null);
  const { over } = study.value.sweep;
  if (!plan.value || over.kind !== "settings") return null;
  const { x, y } = plan.value;
  const rows = y.map((value, row) => ({ value, row })).reverse();
  const label = t("{measure} over {x} and {y}", {
    measure: MEASURE_NAMES[measured.value],
    x: settingName(over.x.setting),
    y: settingName(over.y.setting),
  });
  return (
    <>
      <p class="axis-name">↑ {settingName(over.y.setting)}</p>
      <div class="scrolled map" onPointerLeave={() => (hovered.value = null)}>
        <table
          ref={table}
          role="grid"
          aria-label={label}
          onKeyDown={(event) => walk(event, table.current, x.length, y.length)}
        >
          <tbody>
            {rows.map(({ value, row }) => (
              <tr key={row}>
                <th scope="row">{valueText(over.y.setting, value)}</th>
                {x.map((_, column) => (
                  <td key={column}>
                    <Place cell={row * x.length + column} />
                  </td>
                ))}
              </tr>
            ))}
            <tr>
              <td />
              {x.map((value, column) => (
                <th key={column} scope="col">
                  {valueText(over.x.setting, value)}
                </th>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      <p class="axis-name across">{settingName(over.x.setting)} →</p>
    </>
  );
}

/** One run: a link once it is done. */
function Place({ cell: number }: { cell: number }) {
  const cell = cells.value.get(number);
  const failed = failures.value.get(number);
  const isSound = cell && cell.status !== "diverged";
  const value = cell ? valueOf(cell) : NaN;
  const kind = cell ? cell.status : failed ? "failed" : "open";
  const style =
    isSound && Number.isFinite(value) ? { background: shades.value.at(value), color: shades.value.ink(value) } : {};
  return (
    <a
      class="place"
      data-cell={number}
      data-kind={kind}
      data-best={best.value?.cell === number}
      data-looked={looked.value === number}
      style={style}
      tabIndex={cursor.value === number ? 0 : -1}
      {...(cell ? { href: addressOf(cell) } : {})}
      onFocus={() => (cursor.value = number)}
      onPointerEnter={(event) => event.pointerType === "mouse" && (hovered.value = number)}
    >
      <span aria-hidden="true">{isSound ? shortResult(value) : cell ? "×" : failed ? "!" : "·"}</span>
      <span class="unseen">{cell ? endOf(cell, value) : (failed ?? t("not trained yet"))}</span>
    </a>
  );
}

const ARROWS: Readonly<Record<string, readonly [across: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
  PageDown: [0, -Infinity],
  PageUp: [0, Infinity],
};

function walk(event: KeyboardEvent, table: HTMLTableElement | null, columns: number, rows: number): void {
  const way = ARROWS[event.key];
  if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const within = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));
  const column = within((cursor.value % columns) + way[0], columns);
  const row = within(Math.floor(cursor.value / columns) + way[1], rows);
  cursor.value = row * columns + column;
  hovered.value = null;
  table?.querySelector<HTMLElement>(`[data-cell="${cursor.value}"]`)?.focus();
}

/** What the colours mean. */
export function Legend() {
  const { low, high } = shades.value;
  const isKnown = Number.isFinite(low);
  return (
    <p class="legend">
      <span>{MEASURE_NAMES[measured.value]}</span>
      <span>{isKnown ? resultText(low) : ""}</span>
      <span class="scale" role="img" aria-label={t("pale is low, strong is high")} />
      <span>{isKnown ? resultText(high) : ""}</span>
      <span class="key">
        <span class="place" data-kind="diverged" aria-hidden="true">
          ×
        </span>
        {t("diverged")}
      </span>
      <span class="key">
        <span class="place" data-best="true" aria-hidden="true" />
        {t("best")}
      </span>
    </p>
  );
}
