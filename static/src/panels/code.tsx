/** An autoencoder: where it puts each image in its code, and the picked image beside the one drawn from there. */
import { computed, effect, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { drawHeat } from "../draw/heat.ts";
import { ARROWS, nearest, neighbour } from "../draw/near.ts";
import { drawPlace, drawScatter, placeAt, scattered, type Coded, type Scatter } from "../draw/scatter.ts";
import { Check } from "../form/controls.tsx";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { frame, hasImages, sample, scene, showsTest } from "../store.ts";
import type { Numbers } from "../wire.ts";
import { Clusters, clusters } from "./clusters.tsx";
import { FewLabels } from "./fewlabels.tsx";
import { useChangingView } from "./inspector/glance.ts";
import { StepButton } from "./images.tsx";
import { nameOf, ordered, pixelsOf, SampleImage } from "./pickedimage.tsx";
import { inks, Picture } from "./picture.tsx";
import { localName } from "./shape.ts";
import { RowPair, RowThere } from "./table/row.tsx";

/** How far from a point the pointer may be, and how often it may pick another. */
const REACH = 24;
const PAUSE_MS = 50;
const MOST_NUMBERS = 3;

const layer = computed(() => scene.value?.layers[scene.value.code_layer ?? 0]);

/** "2 numbers of Hidden 2". */
const numbersText = computed(() => {
  const { units = 0 } = layer.value ?? {};
  const name = localName(layer.value?.name ?? "");
  if (units > 2) return t("the first 2 of the {units} numbers of {layer}", { units, layer: name });
  return units === 1
    ? t("the one number of {layer}", { layer: name })
    : t("the {units} numbers of {layer}", { units, layer: name });
});

/** Whether somebody wants to know what the code knows of the labels. */
const asksLabels = signal(false);

/** The place in the code that is drawn from, between the samples; null while a sample is picked. */
const place = signal<readonly number[] | null>(null);
/** How far an arrow key goes, of the whole width. */
const STRIDE = 1 / 40;
const placeView = computed(() => place.value && `decoded:${place.value.map((value) => value.toFixed(6)).join(",")}`);
/** What was drawn last from a place, until there is something newer. */
const drawnThere = signal<Numbers | null>(null);
effect(() => {
  const view = placeView.value;
  if (!view) drawnThere.value = null;
  else drawnThere.value = frame.value?.arrays[view]?.data ?? drawnThere.peek();
});
effect(() => {
  scene.value?.scene; // the axes of another network are others
  place.value = null;
});

/** The picked image as of the last frame that tells of it: its whole code, and the pixels drawn from it. */
interface Drawn {
  readonly index: number;
  readonly code: Numbers;
  readonly pixels: Numbers;
}

const drawn = signal<Drawn | null>(null);
effect(() => {
  const [now, world, index] = [frame.value, scene.value, sample.value];
  if (world?.task !== "autoencoder" || now?.scene !== world.scene) return;
  const code = now.arrays[`sample:${index}/${world.code_layer}`]?.data;
  const pixels = now.arrays[`drawn:${index}`]?.data;
  if (code && pixels) drawn.value = { index, code, pixels };
});

const drawnIndex = computed(() => drawn.value?.index ?? sample.value);
const isTest = (index: number) => scene.value?.arrays["is_test"]?.data[index] === 1;
const caption = computed(() => {
  const name = nameOf(drawnIndex.value);
  return isTest(drawnIndex.value) ? t("a {name}, test image", { name }) : t("a {name}, training image", { name });
});
const codeText = computed(() => {
  const code = [...(drawn.value?.code ?? [])];
  const shown = code.slice(0, MOST_NUMBERS).map((value) => format.fixed(value, 2));
  return [...shown, ...(code.length > MOST_NUMBERS ? [t("… {count} in all", { count: code.length })] : [])].join("\n");
});
/** The mean of the squared differences, over pixels. */
const errorText = computed(() => {
  if (!drawn.value) return format.loss(undefined);
  const { index, pixels } = drawn.value;
  const wanted = pixelsOf(index);
  const squares = Array.from(pixels, (value, i) => (value - (wanted[i] ?? 0) / 255) ** 2);
  return format.loss(squares.reduce((sum, square) => sum + square, 0) / squares.length);
});

export function Code({ legend }: { legend: ComponentChildren }) {
  return (
    <section class="code" aria-labelledby="code-title">
      <div class="heading">
        <h3 id="code-title">{t("Code")}</h3>
        <span class="quiet">{numbersText}</span>
      </div>
      <Points />
      <Check isOn={place.value !== null} onChange={(isOn) => (place.value = isOn ? codeOf(sample.value) : null)}>
        {hasImages.value ? t("Go between the images") : t("Go between the rows")}
      </Check>
      <Clusters legend={legend} />
      {place.value ? <Between at={place.value} /> : hasImages.value ? <Pair /> : <RowPair />}
      {scene.value?.classes && (
        <details open={asksLabels.value} onToggle={({ currentTarget }) => (asksLabels.value = currentTarget.open)}>
          <summary>{t("What it knows of the labels")}</summary>
          {asksLabels.value && <FewLabels />}
        </details>
      )}
    </section>
  );
}

/** All images as points. The one under the pointer is picked; arrow keys go to the next in their direction. Between the
 * images it is the place under the pointer, and arrow keys go a little way. */
function Points() {
  const laid = useRef<Scatter | null>(null);
  const pick = usePause((index: number) => (sample.value = index));
  const go = usePause((to: readonly number[]) => (place.value = to));
  const isShown = (index: number) => showsTest.value || !isTest(index);
  const onPointer = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (!laid.current) return;
    if (place.value) return go(placeAt(laid.current, x, y));
    const found = nearest(laid.current.places, x, y, REACH, isShown);
    if (found >= 0) pick(found);
  };
  const onKey = (event: KeyboardEvent) => {
    const direction = ARROWS[event.key];
    if (!direction || !laid.current) return;
    event.preventDefault();
    if (place.value) return void (place.value = nextPlace(laid.current, place.value, direction));
    const found = neighbour(laid.current.places, sample.value, direction, isShown);
    if (found >= 0) sample.value = found;
  };
  const isBetween = place.value !== null;
  const numbers = numbersText.value;
  const role = isBetween
    ? { role: "application" as const, "aria-label": t("A place in {numbers}: arrow keys move it", { numbers }) }
    : {
        role: "listbox" as const,
        "aria-label": hasImages.value
          ? t("Images by {numbers}, training images filled and test images hollow", { numbers })
          : t("Rows by {numbers}, training rows filled and test rows hollow", { numbers }),
        "aria-activedescendant": `image-${sample.value}`,
      };
  return (
    <div
      class={isBetween ? "points between" : "points"}
      tabIndex={0}
      {...role}
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onKeyDown={onKey}
    >
      <Picture
        draw={(pen, colors) => {
          const samples = codedNow();
          if (!samples) return;
          laid.current = scattered(samples, pen.width, pen.height);
          drawScatter(pen, laid.current, samples, place.value ? Infinity : sample.value, colors, showsTest.value);
          if (place.value) drawPlace(pen, laid.current, place.value, colors);
        }}
      />
      {!isBetween && <Option />}
    </div>
  );
}

/** The picked point, for those who hear the page. */
function Option() {
  return (
    <span
      class="unseen"
      role="option"
      id={`image-${sample.value}`}
      aria-selected="true"
      aria-setsize={ordered.value.length}
      aria-posinset={ordered.value.indexOf(sample.value) + 1}
    >
      {optionText()}
    </span>
  );
}

function optionText(): string {
  const values = { index: sample.value, name: nameOf(sample.value) };
  if (hasImages.value) return t("Image {index}, labelled {name}", values);
  return values.name ? t("Row {index}, labelled {name}", values) : t("Row {index}", values);
}

/** The samples where the network puts them now; null before it is known. */
function codedNow(): Coded | null {
  const [world, now] = [scene.value, frame.value];
  const code = now?.scene === world?.scene ? now?.arrays["code"] : undefined;
  if (!world || !code) return null;
  return {
    points: code.data,
    numbers: code.shape[1] ?? 1,
    targets: world.arrays["targets"]?.data ?? [],
    isTest: world.arrays["is_test"]?.data ?? [],
    classes: world.classes,
    classNames: world.class_names,
    ...clusters.value,
  };
}

/** Where the network puts an image now: where going between the images begins. */
function codeOf(index: number): readonly number[] {
  const { points = [], numbers = 1 } = codedNow() ?? {};
  return Array.from({ length: numbers }, (_, i) => points[index * numbers + i] ?? 0);
}

function nextPlace(
  { across, up }: Scatter,
  from: readonly number[],
  [right, down]: readonly [number, number],
): number[] {
  const moved = (value: number, axis: Scatter["across"], steps: number) =>
    Math.min(axis.high, Math.max(axis.low, value + steps * STRIDE * (axis.high - axis.low)));
  return from.map((value, i) => (i === 0 ? moved(value, across, right) : moved(value, up ?? across, -down)));
}

/** Do it at once, but not again before a moment has passed; then with the newest of what came meanwhile. */
function usePause<T>(act: (what: T) => void): (what: T) => void {
  const state = useRef<{ timer: number; newest: T | null }>({ timer: 0, newest: null });
  useEffect(() => () => clearTimeout(state.current.timer), []);
  const next = () => {
    const { newest } = state.current;
    state.current = { timer: 0, newest: null };
    if (newest !== null) start(newest);
  };
  const start = (what: T) => {
    act(what);
    state.current.timer = window.setTimeout(next, PAUSE_MS);
  };
  return (what) => {
    if (state.current.timer) state.current.newest = what;
    else start(what);
  };
}

/** The picked image, the numbers it is squeezed into, and what the network draws from them. */
function Pair() {
  return (
    <div class="pair">
      <StepButton by={-1} />
      <figure>
        <SampleImage
          index={drawnIndex.value}
          label={t("The picked image, a {name}", { name: nameOf(drawnIndex.value) })}
        />
        <figcaption aria-live="polite">{caption}</figcaption>
      </figure>
      <p class="squeezed">
        <span class="unseen">{t("Its code:")} </span>
        <span>{codeText}</span>
      </p>
      <figure class="redrawn">
        <Redrawn />
        <figcaption>{t("drawn again, error {error}", { error: errorText.value })}</figcaption>
      </figure>
      <StepButton by={1} />
    </div>
  );
}

/** A place between the images, and what the network draws from there. */
function Between({ at }: { readonly at: readonly number[] }) {
  useChangingView(placeView);
  return (
    <div class="pair between">
      <p class="squeezed">
        <span>{at.map((value) => format.fixed(value, 2)).join("\n")}</span>
      </p>
      {hasImages.value ? (
        <figure class="redrawn">
          <Redrawn />
          <figcaption aria-live="polite">
            {t("drawn from {place}", { place: at.map((value) => format.fixed(value, 2)).join("; ") })}
          </figcaption>
        </figure>
      ) : (
        <RowThere values={drawnThere.value} />
      )}
    </div>
  );
}

function Redrawn() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(
    () =>
      effect(() => {
        const [, rows = 8, columns = 8] = scene.value?.arrays["images"]?.shape ?? [];
        const pixels = place.value ? drawnThere.value : drawn.value?.pixels;
        if (!canvas.current || pixels?.length !== rows * columns) return;
        const bytes = Uint8ClampedArray.from(pixels, (value) => 255 * value);
        drawHeat(canvas.current, bytes, rows, columns, inks.value.gray);
      }),
    [],
  );
  return <canvas ref={canvas} role="img" aria-label={t("The image that the network draws from its code")} />;
}
