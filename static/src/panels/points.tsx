/** The points of the plane, to pick one of them: its numbers are then in the formula bar. */
import { computed } from "@preact/signals";
import { nearest, neighbour } from "../draw/scatter.ts";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { isPointPicked, sample, scene, showsTest } from "../store.ts";
import { sampleText } from "./formula.ts";

/** How far from a point the pointer may be. */
const REACH = 24;

const DIRECTIONS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where each point is, from 0 to 1 to the right and down, x and y in turn. */
const places = computed(() => {
  const { arrays, domain = [0, 1] } = scene.value ?? {};
  const [low, high] = domain;
  return Float32Array.from(arrays?.["points"]?.data ?? [], (value, i) => {
    const share = (value - low) / (high - low);
    return i % 2 ? 1 - share : share;
  });
});

const isTest = (index: number) => scene.value?.arrays["is_test"]?.data[index] === 1;
const isShown = (index: number) => showsTest.value || !isTest(index);

/** Lies over the plane, whose side is so many pixels. A click picks a point; arrow keys go to the next in their direction. */
export function PointPicker({ side }: { side: number }) {
  const isPicked = isPointPicked.value && 2 * sample.value < places.value.length;
  const [x = 0, y = 0] = places.value.subarray(2 * sample.value);
  return (
    <div
      class="point-picker"
      style={{ width: `${side}px`, height: `${side}px` }}
      role="listbox"
      tabIndex={0}
      aria-label={t("Points, to pick one of them")}
      aria-activedescendant="picked-point"
      onClick={(event) =>
        pick(nearest(places.value, event.offsetX / side, event.offsetY / side, REACH / side, isShown))
      }
      onKeyDown={onKey}
    >
      <span
        class={isPicked ? "picked-point" : "unseen"}
        style={{ left: `${100 * x}%`, top: `${100 * y}%` }}
        role="option"
        id="picked-point"
        aria-selected={isPicked}
        aria-label={isPicked ? described() : t("No point picked")}
      />
    </div>
  );
}

/** A point, or with −1 none. */
function pick(index: number): void {
  isPointPicked.value = index >= 0;
  if (index >= 0) sample.value = index;
}

function onKey(event: KeyboardEvent): void {
  if (event.key === "Escape") return pick(-1);
  const direction = DIRECTIONS[event.key];
  if (!direction) return;
  event.preventDefault();
  const found = isPointPicked.value
    ? neighbour(places.value, sample.value, direction, isShown)
    : nearest(places.value, 0.5, 0.5, 1, isShown);
  if (found >= 0) pick(found);
}

/** "At (−2.18, 1.25), orange, a test point". */
function described(): string {
  const world = scene.value;
  const target = world?.arrays["targets"]?.data[sample.value] ?? 0;
  const name = world?.class_names[target];
  const values = { place: sampleText.value, target: name === undefined ? format.weight(target) : t(name) };
  return isTest(sample.value)
    ? t("{place}, {target}, a test point", values)
    : t("{place}, {target}, a training point", values);
}
