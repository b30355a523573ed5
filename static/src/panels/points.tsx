/** The points of the plane or of a curve, to pick one of them: its numbers are then shown. */
import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../language.ts";
import { isDrawing } from "./drawing/mode.ts";
import { isPointPicked, sample, scene } from "../store.ts";
import { hoveredPoint, isNear, isTest, targetOf } from "./answers.ts";
import { sampleText } from "./formula.ts";
import { later } from "./later.tsx";
import { targetText } from "./units.ts";
import { isZoomed, view } from "./view.ts";

/** What a pointer or a key does is fetched when one of them comes. */
const picking = () => import("./picking.ts");
const Pad = later(async () => (await import("./drawing/pad.tsx")).Pad);
const KEYS = /^(Arrow(Left|Right|Up|Down)|[-+=0]|Escape)$/;

/** Where each point is in what is seen, from 0 to 1 to the right and down, x and y in turn. */
export const places = computed(() => {
  const { left, right, bottom, top } = view.value;
  const found = new Float32Array(2 * (scene.value?.arrays["targets"]?.data.length ?? 0));
  for (let i = 0; i < found.length / 2; i++) {
    const [x, y] = placeOf(i);
    found[2 * i] = (x - left) / (right - left);
    found[2 * i + 1] = (top - y) / (top - bottom);
  }
  return found;
});

/** A point in units of the data; in the picture of a curve its height is its target. */
export function placeOf(index: number): [x: number, y: number] {
  const { arrays, dimensions } = scene.value ?? {};
  const points = arrays?.["points"]?.data ?? [];
  return dimensions === 1
    ? [points[index] ?? 0, targetOf(index)]
    : [points[2 * index] ?? 0, points[2 * index + 1] ?? 0];
}

export const zoomAt = (factor: number): void => void picking().then((picking) => picking.zoomAt(factor));
export const nextPoint = (): void => void picking().then((picking) => picking.nextPoint());
export const nextMistake = (): void => void picking().then((picking) => picking.nextMistake());

interface PointsProps {
  readonly area: { readonly left: number | null; readonly width: number; readonly height: number };
}

/** Lies over the picture: points are picked there, or drawn. */
export function Points(props: PointsProps) {
  return isDrawing.value ? <Pad {...props} /> : <PointPicker {...props} />;
}

/** A click picks a point; arrow keys go to the next in their direction, + and − zoom. */
function PointPicker({ area }: PointsProps) {
  const element = useRef<HTMLDivElement>(null);
  const isPicked = isPointPicked.value && 2 * sample.value < places.value.length;
  const [passed, picked] = [inSight(hoveredPoint.value), inSight(isPicked ? sample.value : -1)];
  useEffect(() => attend(element.current), []);
  return (
    <div
      ref={element}
      class={isZoomed.value ? "point-picker zoomed" : "point-picker"}
      style={{
        left: area.left === null ? "auto" : `${area.left}px`,
        width: `${area.width}px`,
        height: `${area.height}px`,
      }}
      role="listbox"
      tabIndex={0}
      aria-label={t("Points, to pick one of them")}
      aria-activedescendant="picked-point"
      onFocus={() => (isNear.value = true)}
      onBlur={() => (isNear.value = false)}
      onKeyDown={onKey}
    >
      <i class={passed ? "passed-point" : "unseen"} style={passed ?? {}} />
      <span
        class={picked ? "picked-point" : "unseen"}
        style={picked ?? {}}
        role="option"
        id="picked-point"
        aria-selected={isPicked}
        aria-label={isPicked ? described() : t("No point picked")}
      />
    </div>
  );
}

function onKey(event: KeyboardEvent): void {
  const { key, shiftKey } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS.test(key)) return;
  event.preventDefault();
  event.stopPropagation();
  void picking().then((picking) => picking.press(key, shiftKey));
}

/** Heed the pointers over an element as long as it is there. */
function attend(element: HTMLElement | null): () => void {
  if (!element) return () => {};
  let follow = () => {
    follow = () => {};
    void picking().then((picking) => element.isConnected && picking.follow(element));
  };
  if (matchMedia("(any-pointer: coarse)").matches) follow(); // a finger comes near and presses at once
  element.onpointerenter = () => {
    isNear.value = true;
    follow();
  };
  element.onpointermove = (event) => {
    if (event.pointerType !== "touch") void picking().then((picking) => picking.hoverAt(element, event));
  };
  element.onpointerleave = () => {
    hoveredPoint.value = -1;
    isNear.value = element === document.activeElement;
  };
  element.onclick = (event) => void picking().then((picking) => picking.pickAt(element, event));
  return () => {
    hoveredPoint.value = -1;
    isNear.value = false;
  };
}

/** Where a point stands; null where it is out of sight. */
function inSight(index: number): { left: string; top: string } | null {
  const [x = -1, y = -1] = index < 0 ? [] : places.value.subarray(2 * index);
  return x < 0 || y < 0 || x > 1 || y > 1 ? null : { left: `${100 * x}%`, top: `${100 * y}%` };
}

/** "At (−2.18, 1.25), orange, a test point". */
function described(): string {
  const target = targetOf(sample.value);
  const name = scene.value?.class_names[target];
  const values = {
    place: sampleText.value,
    target: name === undefined ? targetText(target) : t(name),
  };
  return isTest(sample.value)
    ? t("{place}, {target}, a test point", values)
    : t("{place}, {target}, a training point", values);
}
