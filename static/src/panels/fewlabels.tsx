/** Few labels: of how many samples the code knows the label, once those of a few are told. */
import { signal } from "@preact/signals";
import * as format from "../format.ts";
import { plural, t } from "../language.ts";
import { scene } from "../store.ts";
import { useGlance, type Rhythm } from "./inspector/glance.ts";

const RHYTHM: Rhythm = { playing: 1000, resting: 0 };
const STEPS = 100;

/** How far the slider is, of the way from one label for each class to all of them. */
const told = signal(0.3);

/** The numbers of labels between a few and all lie as their logarithms do. */
function countAt(share: number): number {
  const { classes, train_samples: most = 1 } = scene.value ?? {};
  const fewest = Math.min(classes ?? 1, most);
  return Math.round(fewest * (most / fewest) ** share);
}

export function FewLabels() {
  const count = countAt(told.value);
  const shares = useGlance(`labels:${count}`, RHYTHM).value?.arrays[`labels:${count}/shares`]?.data;
  const words = plural(count, "one label", "{count} labels", { count: format.count(count) });
  return (
    <div class="few-labels">
      <label>
        {t("Labels told")}
        <input
          type="range"
          min={0}
          max={STEPS}
          value={Math.round(told.value * STEPS)}
          style={{ "--share": `${100 * told.value}%` }}
          aria-valuetext={words}
          onInput={({ currentTarget }) => (told.value = Number(currentTarget.value) / STEPS)}
        />
        <output>{format.count(count)}</output>
      </label>
      <ul>
        <Known name={t("by the code")} share={shares?.[0]} isMain />
        <Known name={t("by the inputs")} share={shares?.[1]} />
        <Known name={t("by chance")} share={shares?.[2]} />
      </ul>
      <p class="quiet">
        {t("So many of the test samples are told right, if each takes the label of the nearest of those with one.")}{" "}
        {t("The code was learned without any label.")}
      </p>
    </div>
  );
}

interface KnownProps {
  readonly name: string;
  readonly share: number | undefined;
  readonly isMain?: boolean;
}

function Known({ name, share, isMain = false }: KnownProps) {
  return (
    <li class={isMain ? "main" : ""}>
      <span>{name}</span>
      <meter value={share ?? 0} aria-hidden="true" />
      <span>{format.percent(share, 0)}</span>
    </li>
  );
}
