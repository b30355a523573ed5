/** An autoencoder of a table: the picked row beside the same row as the network says it again. */
import { signal, effect } from "@preact/signals";
import { Icon } from "../../icons.tsx";
import { t } from "../../language.ts";
import { frame, sample, scene } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import type { Numbers } from "../../wire.ts";
import { saidOf, rowNumber, rowOf, type Cell } from "./rows.ts";

await fetchStyle("table");

/** As far as a bar goes either way, in spreads. */
const REACH = 3;

/** The picked row as of the last frame that tells of it. */
const said = signal<{ readonly row: readonly Cell[]; readonly again: readonly Cell[] }>({ row: [], again: [] });
effect(() => {
  const { arrays, scene: of } = frame.value ?? {};
  const again = arrays?.[`drawn:${sample.value}`]?.data;
  const inputs = arrays?.[`sample:${sample.value}/inputs`]?.data;
  if (again && of === scene.value?.scene) said.value = { row: rowOf(inputs), again: saidOf(again) };
});

export function RowPair() {
  const count = scene.value?.arrays["targets"]?.data.length ?? 1;
  const step = (by: number) => (sample.value = (sample.value + by + count) % count);
  const name = t("row {number}", { number: rowNumber(sample.value) });
  return (
    <div class="row-pair">
      <p class="bring-ways">
        <StepButton label={t("Previous row")} icon="back" onStep={() => step(-1)} />
        <span aria-live="polite">{name}</span>
        <StepButton label={t("Next row")} icon="next" onStep={() => step(1)} />
      </p>
      <Cells before={said.value.row} after={said.value.again} />
    </div>
  );
}

/** What the network says from a place between the rows. */
export function RowThere({ values }: { values: Numbers | null }) {
  return <Cells before={[]} after={values ? saidOf(values) : []} />;
}

function StepButton({ label, icon, onStep }: { label: string; icon: "back" | "next"; onStep: () => void }) {
  return (
    <button type="button" class="button outlined square small" aria-label={label} onClick={onStep}>
      <Icon name={icon} />
    </button>
  );
}

function Cells({ before, after }: { before: readonly Cell[]; after: readonly Cell[] }) {
  return (
    <div class="row-cells" tabIndex={0} role="region" aria-label={t("The row, and what the network says of it")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("Column")}</th>
            {before.length > 0 && <th scope="col">{t("Row")}</th>}
            <th scope="col">{t("Said again")}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {after.map(({ name, text, place }, i) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {before.length > 0 && <td>{before[i]?.text}</td>}
              <td>{text}</td>
              <td class="row-bars">
                {before.length > 0 && <Bar place={before[i]?.place ?? null} />}
                <Bar place={place} isSaid />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {after.some(({ place }) => place !== null) && (
        <p class="quiet">
          {before.length > 0
            ? t("Bars go from the mean, up to 3 deviations: dark the row, coloured what is said again.")
            : t("Bars go from the mean, up to 3 deviations.")}
        </p>
      )}
    </div>
  );
}

/** From the mean to the left or the right. */
function Bar({ place, isSaid = false }: { place: number | null; isSaid?: boolean }) {
  if (place === null) return null;
  const end = 50 * (1 + Math.max(-REACH, Math.min(REACH, place)) / REACH);
  return (
    <i
      class={isSaid ? "said" : ""}
      style={{ left: `${Math.min(50, end)}%`, width: `${Math.max(1, Math.abs(end - 50))}%` }}
    />
  );
}
