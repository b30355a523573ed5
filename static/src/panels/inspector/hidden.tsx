/** Hidden space: where a layer puts the samples, and how far apart each layer puts the classes. */
import { computed, signal } from "@preact/signals";
import { drawScatter, scattered, type Coded } from "../../draw/scatter.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { sample, scene, showsTest, type Frame } from "../../store.ts";
import { TableButton, type DataTable } from "../datatable.tsx";
import { ClassLegend } from "../legend.tsx";
import { Picture } from "../picture.tsx";
import { localName } from "../shape.ts";
import { useGlance, type Rhythm } from "./glance.ts";

const RHYTHM: Rhythm = { playing: 250, resting: 0 };

/** The layer that was chosen; beyond the last layer it is the last hidden one. */
const chosen = signal(Infinity);
const names = computed(() => (scene.value?.layers ?? []).map(({ name }) => localName(name)));
const layer = computed(() => (chosen.value < names.value.length ? chosen.value : Math.max(0, names.value.length - 2)));

export function HiddenSpace() {
  const view = `hidden:${layer.value}`;
  const seen = useGlance(view, RHYTHM);
  const noted = seen.value?.hidden;
  return (
    <div class="hidden-space">
      <Picture
        label={t("The samples as {layer} sees them, training samples filled and test samples hollow", {
          layer: names.value[layer.value] ?? "",
        })}
        describedBy="hidden-said"
        draw={(pen, inks) => {
          const coded = codedIn(seen.value, view);
          if (coded)
            drawScatter(pen, scattered(coded, pen.width, pen.height), coded, sample.value, inks, showsTest.value);
        }}
      />
      <div class="hidden-side">
        <label>
          {t("Layer")}
          <select value={layer.value} onChange={({ currentTarget }) => (chosen.value = Number(currentTarget.value))}>
            {names.value.map((name, index) => (
              <option key={index} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {scene.value?.classes && <ClassLegend />}
        <p id="hidden-said">{said(noted?.kept_variance)}</p>
        {noted?.separation && <Separation shares={noted.separation} />}
      </div>
    </div>
  );
}

/** The samples where the layer puts them, of very many the first ones; null before it is known. */
function codedIn(seen: Frame | null, view: string): Coded | null {
  const [world, places] = [scene.value, seen?.arrays[view]];
  if (!world || !places) return null;
  return {
    points: places.data,
    numbers: places.shape[1] ?? 1,
    targets: world.arrays["targets"]?.data.subarray(0, places.shape[0]) ?? [],
    isTest: world.arrays["is_test"]?.data ?? [],
    classes: world.classes,
    classNames: world.class_names,
  };
}

function said(kept: number | undefined): string {
  const { units = 0 } = scene.value?.layers[layer.value] ?? {};
  if (kept === undefined) return t("The layer is looked at.");
  if (units === 1) return t("One neuron puts each sample on a line; each class has a row.");
  return t("Its {units} numbers, seen from where the samples are spread most: {share} of their variance.", {
    units,
    share: format.percent(kept, 0),
  });
}

/** A bar for each layer: the share of the variance that lies between the classes. */
function Separation({ shares }: { readonly shares: readonly number[] }) {
  return (
    <>
      <h2 id="separation">{t("How far apart the classes are")}</h2>
      <ul aria-labelledby="separation">
        {shares.map((share, index) => (
          <li key={index} aria-current={index === layer.value}>
            <span>{names.value[index]}</span>
            <meter value={share} aria-hidden="true" />
            <span>{format.percent(share, 0)}</span>
          </li>
        ))}
      </ul>
      <p class="quiet">{t("The share of the variance in a layer that lies between the classes.")}</p>
      <TableButton title={t("How far apart the classes are")} table={() => tableOf(shares)} />
    </>
  );
}

function tableOf(shares: readonly number[]): DataTable {
  return {
    columns: [t("layer"), { name: t("between the classes"), text: (value) => format.percent(value) }],
    rows: shares.map((share, index) => [names.value[index] ?? "", share]),
  };
}
