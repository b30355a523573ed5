/** Adversarial images: every pixel goes a little way in the direction that the loss grows in, until the class flips. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { frame, scene } from "../store.ts";
import type { Numbers } from "../wire.ts";
import { TableButton, type DataTable } from "./datatable.tsx";
import { useChangingView } from "./inspector/glance.ts";
import { pixelsLookedAt, saidOfAltered, viewOf } from "./imagelooks.ts";
import { Grid, isPadOpen } from "./pickedimage.tsx";
import { sharesOf } from "./shares.ts";

/** What the server tells of it: `core/probes/image_looks.py`. */
interface Attack {
  /** Of each pixel −1, 0 or 1. */
  readonly direction: Numbers;
  /** What the network says at each size of the change, one after the other. */
  readonly outputs: Numbers;
  readonly sizes: number;
  readonly largest: number;
  readonly label: number;
  /** The smallest size at which it is taken for another class; 0 where it is from the beginning, −1 where it never is. */
  readonly flipsAt: number;
  readonly takenFor: number;
}

const view = computed(() => viewOf("adversarial"));

const attack = signal<Attack | null>(null);
effect(() => {
  const name = view.value;
  attack.value = name ? (attackIn(name) ?? attack.peek()) : null;
});

function attackIn(name: string): Attack | null {
  const [direction, outputs, told] = ["direction", "outputs", "told"].map(
    (part) => frame.value?.arrays[`${name}/${part}`],
  );
  if (!direction || !outputs || !told) return null;
  const [largest = 0, label = 0, flipsAt = -1, takenFor = 0] = told.data;
  const sizes = outputs.shape[0] ?? 1;
  return { direction: direction.data, outputs: outputs.data, sizes, largest, label, flipsAt, takenFor };
}

/** Which of the sizes is chosen. */
const chosen = signal(0);
const size = computed(() => (attack.value ? sizeAt(attack.value, chosen.value) : 0));
const names = computed(() => (scene.value?.class_names ?? []).map((name) => t(name)));

function sizeAt({ largest, sizes }: Attack, place: number): number {
  return (largest * place) / (sizes - 1);
}

/** What the network says at a size. */
function outputsAt({ outputs, sizes }: Attack, place: number): Numbers {
  const each = outputs.length / sizes;
  return outputs.subarray(place * each, (place + 1) * each);
}

/** The image as it is altered: from 0 to 255. */
const altered = computed(() =>
  Uint8ClampedArray.from(
    pixelsLookedAt.value,
    (byte, i) => byte + 255 * size.value * (attack.value?.direction[i] ?? 0),
  ),
);
const directions = computed(() => Array.from(attack.value?.direction ?? [], (sign) => 128 + 127 * sign));

/** The altered image, over the one that it was made of; as long as it is there, its probabilities are those shown. */
export function Altered() {
  useChangingView(view);
  useEffect(() => {
    const stop = effect(() => {
      saidOfAltered.value = attack.value && chosen.value ? outputsAt(attack.value, chosen.value) : null;
    });
    return () => {
      stop();
      saidOfAltered.value = null;
    };
  }, []);
  return (
    <div class="over">
      {attack.value && chosen.value > 0 && (
        <Grid
          bytes={() => altered.value}
          label={t("The image with every pixel changed by {size}", { size: sizeText(size.value) })}
        />
      )}
    </div>
  );
}

export function Adversarial() {
  const found = attack.value;
  if (!found)
    return <p class="quiet">{isPadOpen.value ? t("Draw something first.") : t("The direction is looked for.")}</p>;
  const share = `${(100 * chosen.value) / (found.sizes - 1)}%`;
  return (
    <div class="image-look">
      <p aria-live="polite">{saidOf(found)}</p>
      <label class="change">
        {t("Change ε")}
        <span class="marked">
          <input
            type="range"
            min={0}
            max={found.sizes - 1}
            value={chosen.value}
            style={{ "--share": share }}
            aria-valuetext={spoken(found)}
            onInput={({ currentTarget }) => (chosen.value = currentTarget.valueAsNumber)}
          />
          {found.flipsAt > 0 && <i style={{ "--at": found.flipsAt / found.largest }} />}
        </span>
        <output>{sizeText(size.value)}</output>
      </label>
      <div class="sum-of-images">
        <Grid bytes={() => pixelsLookedAt.value} label={t("The image")} />
        <span aria-hidden="true">+ {sizeText(size.value)} ×</span>
        <Grid
          bytes={() => directions.value}
          palette="diverging"
          label={t("The direction: blue is more ink, orange less")}
        />
        <span aria-hidden="true">=</span>
        <Grid bytes={() => altered.value} label={t("The changed image")} />
      </div>
      <div class="explained">
        <p class="quiet">
          {t(
            "Every pixel changes by ε, from 0 to 1, in the direction in which the loss grows: the sign of its gradient.",
          )}
        </p>
        {found.flipsAt > 0 && (
          <button type="button" class="button small" onClick={() => (chosen.value = placeOfFlip(found))}>
            {t("Flip it")}
          </button>
        )}
        <TableButton title={t("Probabilities by size of the change")} table={() => tableOf(found)} />
      </div>
    </div>
  );
}

function saidOf({ label, flipsAt, takenFor, largest }: Attack): string {
  const values = {
    is: names.value[label] ?? "",
    other: names.value[takenFor] ?? "",
    size: format.fixed(flipsAt, 3),
    largest: sizeText(largest),
  };
  if (flipsAt === 0) return t("This {is} is taken for {other} as it is.", values);
  return flipsAt > 0
    ? t("A change of {size} is enough: this {is} is then taken for {other}.", values)
    : t("No change up to {largest} in this direction makes anything else of this {is}.", values);
}

/** The first of the sizes at which the class is another. */
function placeOfFlip({ flipsAt, largest, sizes }: Attack): number {
  return Math.min(sizes - 1, Math.ceil((flipsAt / largest) * (sizes - 1)));
}

function spoken(found: Attack): string {
  const shares = sharesOf(outputsAt(found, chosen.value));
  const most = shares.indexOf(Math.max(...shares));
  const values = { size: sizeText(size.value), name: names.value[most] ?? "", share: format.percent(shares[most], 0) };
  return t("{size}: {name}, {share}", values);
}

function sizeText(value: number): string {
  return format.fixed(value, 3);
}

function tableOf(found: Attack): DataTable {
  return {
    columns: ["ε", ...names.value.map((name) => ({ name, text: (value: number) => format.percent(value) }))],
    rows: Array.from({ length: found.sizes }, (_, place) => [
      sizeText(sizeAt(found, place)),
      ...sharesOf(outputsAt(found, place)),
    ]),
  };
}
