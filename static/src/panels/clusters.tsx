/** Clusters: the code's samples coloured by where they lie alone, and how well that agrees with their labels. */
import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Check } from "../form/controls.tsx";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { scene } from "../store.ts";
import type { NamedArray } from "../wire.ts";
import { TableButton, type DataTable } from "./datatable.tsx";
import { useGlance, type Rhythm } from "./inspector/glance.ts";
import { ClassMark } from "./legend.tsx";

const RHYTHM: Rhythm = { playing: 500, resting: 0 };
const COUNTS = [2, 3, 4, 5, 6, 7, 8, 9, 10];
const USUAL = 5;

const isOn = signal(false);
/** How many clusters were chosen; null is as many as there are classes. */
const chosen = signal<number | null>(null);
const count = computed(() => Math.min(10, Math.max(2, chosen.value ?? scene.value?.classes ?? USUAL)));

/** The cluster of each sample; null where nobody wants to know, or before it is known. */
const members = signal<NamedArray | null>(null);

/** What the samples are coloured by: their clusters, where these are wanted. */
export interface Colouring {
  readonly targets: ArrayLike<number>;
  readonly classes: number;
  readonly classNames: readonly string[];
}

export const clusters = computed((): Colouring | null => {
  const found = members.value?.data;
  if (!found || found.length !== scene.value?.arrays["targets"]?.data.length) return null;
  return { targets: found, classes: count.value, classNames: numbers().map(String) };
});

function numbers(): number[] {
  return Array.from({ length: count.value }, (_, i) => i + 1);
}

/** The choice, and what the colours are; by labels that is the legend. */
export function Clusters({ legend }: { readonly legend: ComponentChildren }) {
  return (
    <>
      <div class="clusters">
        <Check isOn={isOn.value} onChange={(on) => (isOn.value = on)}>
          {t("Colour by k-means cluster")}
        </Check>
        {isOn.value && (
          <label>
            {t("Clusters")}
            <select value={count.value} onChange={({ currentTarget }) => (chosen.value = Number(currentTarget.value))}>
              {COUNTS.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {isOn.value ? <Found /> : legend}
    </>
  );
}

function Found() {
  const view = `clusters:${count.value}`;
  const seen = useGlance(view, RHYTHM).value;
  const found = seen?.arrays[`${view}/members`] ?? null;
  useEffect(() => {
    members.value = found;
  }, [found]);
  useEffect(() => () => void (members.value = null), []);
  const [purity, rand] = seen?.arrays[`${view}/agreement`]?.data ?? [];
  return (
    <>
      <p class="legend classes">
        {numbers().map((number, i) => (
          <span key={i}>
            <ClassMark key={`${count.value}`} index={i} classes={count.value} />
            {number}
          </span>
        ))}
      </p>
      <div class="explained">
        <p>
          {t("Found by where the samples lie in the code alone, without their labels.")}{" "}
          {purity !== undefined &&
            t(
              "Purity {purity}: so many have the commonest label of their cluster. Adjusted Rand index {rand}: 1 is the same as the labels, 0 no better than chance.",
              {
                purity: format.percent(purity, 0),
                rand: format.fixed(rand ?? NaN, 2),
              },
            )}
        </p>
        {purity !== undefined && found && (
          <TableButton title={t("Clusters and labels")} table={() => tableOf(found.data)} />
        )}
      </div>
    </>
  );
}

/** How many samples of each label are in each cluster. */
function tableOf(found: ArrayLike<number>): DataTable {
  const names = scene.value?.class_names ?? [];
  const labels = scene.value?.arrays["targets"]?.data ?? [];
  const rows = numbers().map(() => names.map(() => 0));
  Array.from(found).forEach((cluster, i) => {
    const row = rows[cluster];
    if (row) row[labels[i] ?? 0] = (row[labels[i] ?? 0] ?? 0) + 1;
  });
  return {
    columns: [t("Cluster"), ...names.map((name) => t(name))],
    rows: rows.map((counts, i) => [String(i + 1), ...counts]),
  };
}
