/** What excites a channel most: patches of training images, as far as the channel sees, while it is looked at. */
import { computed, effect, signal } from "@preact/signals";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { scene, type Frame } from "../store.ts";
import { indexOf } from "./formula.ts";
import { useGlance, type Rhythm } from "./inspector/glance.ts";
import { Grid, pixelsOf, sidesOfImages } from "./pickedimage.tsx";
import { nameOf, regarded } from "./regard.ts";

const RHYTHM: Rhythm = { playing: 1000, resting: 0 };
/** The pointer may only pass over a channel. */
const PAUSE_MS = 80;

const channel = computed(() => {
  const looked = regarded.value;
  return looked && scene.value?.layers[looked.layer - 1]?.sides.length ? looked : null;
});

/** The channel that has been looked at for a moment. */
export const looked = signal(channel.peek());
let timer: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  const found = channel.value;
  clearTimeout(timer);
  timer = setTimeout(() => (looked.value = found), PAUSE_MS);
});

interface Patch {
  readonly sample: number;
  readonly activation: number;
  /** The first row and column, and the first that are no longer in it; they may lie outside of the image. */
  readonly edges: readonly [top: number, bottom: number, left: number, right: number];
}

export function Patches() {
  const view = looked.value && `patches:${indexOf(looked.value)}`;
  const seen = useGlance(view, RHYTHM).value;
  const patches = seen && view ? patchesIn(seen, view) : [];
  const name = looked.value ? nameOf(looked.value) : "";
  const isSilent = patches.length > 0 && patches.every(({ activation }) => activation === patches[0]?.activation);
  const [, , left = 0, right = 0] = patches[0]?.edges ?? [];
  return (
    <div class="patches">
      <h3 id="patches-title">{t("What excites {name} most", { name })}</h3>
      {isSilent ? (
        <p class="quiet">{t("Nothing does: it answers every training image alike.")}</p>
      ) : (
        <>
          <ol aria-labelledby="patches-title">
            {patches.map((patch) => (
              <li key={patch.sample}>
                <Grid bytes={() => cut(patch)} sides={() => sidesOf(patch)} label={spoken(patch)} />
              </li>
            ))}
          </ol>
          {patches.length > 0 && (
            <p class="quiet">{t("It sees {side} × {side} pixels of each training image.", { side: right - left })}</p>
          )}
        </>
      )}
    </div>
  );
}

function patchesIn({ arrays }: Frame, view: string): Patch[] {
  const edges = arrays[`${view}/edges`]?.data ?? [];
  const edge = (place: number) => edges[place] ?? 0;
  return Array.from(arrays[`${view}/samples`]?.data ?? [], (sample, i) => ({
    sample,
    activation: arrays[`${view}/activations`]?.data[i] ?? 0,
    edges: [edge(4 * i), edge(4 * i + 1), edge(4 * i + 2), edge(4 * i + 3)] as const,
  }));
}

function sidesOf({ edges: [top, bottom, left, right] }: Patch): readonly [number, number] {
  return [bottom - top, right - left];
}

/** Its pixels; outside of the image there is nothing. */
function cut({ sample, edges: [top, bottom, left, right] }: Patch): Uint8Array {
  const [rows, columns] = sidesOfImages();
  const pixels = pixelsOf(sample);
  const found = new Uint8Array((bottom - top) * (right - left));
  for (let row = Math.max(0, top); row < Math.min(rows, bottom); row++)
    for (let column = Math.max(0, left); column < Math.min(columns, right); column++)
      found[(row - top) * (right - left) + column - left] = pixels[row * columns + column] ?? 0;
  return found;
}

/** "Image 12, rows 1 to 3, columns 4 to 6: 2.31". */
function spoken({ sample, activation, edges: [top, bottom, left, right] }: Patch): string {
  const [rows, columns] = sidesOfImages();
  return t("Image {index}, rows {top} to {bottom}, columns {left} to {right}: {value}", {
    index: sample,
    top: Math.max(0, top) + 1,
    bottom: Math.min(rows, bottom),
    left: Math.max(0, left) + 1,
    right: Math.min(columns, right),
    value: format.weight(activation),
  });
}
