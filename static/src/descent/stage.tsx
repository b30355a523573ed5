/** The picture of the descent, and the handle by which its start is moved: by mouse, by finger, by arrow keys. */
import { useRef } from "preact/hooks";
import type { Pen } from "../draw/pen.ts";
import type { Inks } from "../draw/color.ts";
import { drawMap, drawRelief, mapProjection, placeOnMap, type Over } from "../draw/terrain.ts";
import type { Point } from "../draw/track.ts";
import { t } from "../language.ts";
import { Picture } from "../panels/picture.tsx";
import { isReadOnly } from "../store.ts";
import { angle, ARROWS, Turner, turning } from "../panels/turning.tsx";
import { at, descent, drag, ground, isAsking, moveStart, step, summary, ways, type Ground } from "./lab.ts";
import { drawScene, type Scene } from "./scene.ts";
import type { Ways } from "./server.ts";
import { COLUMNS, drawSlope, slopeProjection, weightAt, type Profile, type Slider } from "./slope.ts";
import { LOOKS, placeText } from "./words.ts";

const KEY_SHARE = 1 / 50;
const LARGE = 5;
const MOST_TRIED = 2500;

export function Stage() {
  const isRelief = descent.value.view === "relief" && ground.value?.dimensions === 2;
  const place = useRef<HTMLDivElement>(null);
  return (
    <section class="stage" aria-label={t("Picture")} aria-busy={isAsking.value}>
      <div class={isRelief ? "ground relief" : "ground"} ref={place} {...wayToMove(isRelief, place)}>
        <Picture label={t("The loss, and where each contestant is")} describedBy="summary" draw={draw} />
        {isRelief ? <Turner /> : !isReadOnly.value && <Handle place={place} />}
      </div>
      <p class="quiet legend-words">{legendOf(ground.value)}</p>
      <p id="summary" class="unseen">
        {summary.value}
      </p>
    </section>
  );
}

function wayToMove(isRelief: boolean, place: { current: HTMLDivElement | null }) {
  if (isRelief) return turning();
  return isReadOnly.value ? {} : moving(place);
}

/** What the marks mean. */
function legendOf(below: Ground | null): string {
  if (!below) return "";
  const isSurface = below.dimensions === 2;
  const looks = isSurface
    ? t("Shades and heights go by the logarithm of the loss.")
    : t("The straight line is the gradient, the arrow the step.");
  const lowest = isSurface ? t("× is the lowest loss.") : t("▲ is the lowest loss.");
  const samples = t("Pale: each sample's own loss. Dashed: the mean of the batch that a contestant looks at.");
  const hasSamples = !isSurface && below.values.length > COLUMNS;
  return [
    looks,
    ...(ways.value?.bottoms.length ? [lowest] : []),
    ...(hasSamples ? [samples] : []),
    t("Small squares are what brute force has tried by now."),
  ].join(" ");
}

// --- drawing -----------------------------------------------------------------------------------------------------

function draw(pen: Pen, inks: Inks): void {
  const [found, below] = [ways.value, ground.value];
  if (!found || !below || found.window.length !== below.dimensions) return;
  if (below.dimensions === 1) drawSlope(pen, profileOf(found, below), inks);
  else drawSurface(pen, sceneOf(found, below), inks);
}

function drawSurface(pen: Pen, scene: Scene, inks: Inks): void {
  const over: Over = (ground, project, edges) => drawScene(pen, scene, ground, project, edges, inks);
  if (descent.value.view === "relief") drawRelief(pen, scene.terrain, angle.value, over, inks);
  else drawMap(pen, scene.terrain, over, inks);
}

function sceneOf(found: Ways, below: Ground): Scene {
  return {
    terrain: below,
    tracks: tracksOf(found),
    bottoms: found.bottoms,
    tried: triedOf(found, below),
    at: at.value,
    fog: descent.value.fog,
  };
}

function profileOf(found: Ways, below: Ground): Profile {
  return {
    window: below.window[0] ?? [0, 1],
    values: below.values,
    tracks: tracksOf(found),
    bottoms: found.bottoms,
    tried: triedOf(found, below),
    at: at.value,
    fog: descent.value.fog,
  };
}

function tracksOf(found: Ways): Slider[] {
  const style = getComputedStyle(document.documentElement);
  return found.ways.map(({ places, losses, gradients, batches }, i) => {
    const { letter = "", color = "", dash = [] } = LOOKS[i] ?? {};
    const isAveraged = found.descent.contestants[i]?.optimizer.kind === "averaged_sgd";
    return {
      ...{ letter, color: style.getPropertyValue(color).trim(), dash },
      ...{ places, losses, gradients, batches, isAveraged },
    };
  });
}

/** Where brute force has been by now: it has spent as many evaluations as the contestant that has spent the most. */
function triedOf(found: Ways, below: Ground): number[][] {
  const samples = below.dimensions === 1 ? Math.max(1, below.values.length / COLUMNS - 1) : 1;
  const spent = Math.max(
    ...found.ways.map(({ evaluations }) => evaluations[Math.min(step.value, evaluations.length - 1)] ?? 0),
  );
  const { grid } = found.descent;
  const count = Math.min(found.brute_force.evaluations / samples, Math.floor(spent / samples), MOST_TRIED);
  return Array.from({ length: count }, (_, i) =>
    found.window.map(([low, high], axis) => {
      const place = axis === 0 ? i % grid : Math.floor(i / grid);
      return low + ((high - low) * place) / (grid - 1);
    }),
  );
}

// --- the start ---------------------------------------------------------------------------------------------------

function startOf(found: Ways): number[] {
  const { x, y } = descent.value.start;
  return found.window.length === 1 ? [x] : [x, y];
}

/** A knob on the start. */
function Handle({ place }: { place: { current: HTMLDivElement | null } }) {
  const [found, below] = [ways.value, ground.value];
  if (!found || !below || below.dimensions !== found.window.length) return null;
  const start = startOf(found);
  const box = place.current?.getBoundingClientRect();
  const [left, top] = box ? pointOf(found, below, start, box) : [0, 0];
  return (
    <button
      type="button"
      class="handle"
      style={{ left: `${left}px`, top: `${top}px` }}
      aria-label={t("Start at {place}. Arrow keys move it.", { place: placeText(start) })}
      title={t("Drag the start, or move it with the arrow keys")}
      onKeyDown={(event) => nudge(event, start, below)}
    />
  );
}

function pointOf(found: Ways, below: Ground, start: readonly number[], { width, height }: DOMRect): Point {
  const project =
    below.dimensions === 1
      ? slopeProjection(profileOf(found, below), width, height)
      : mapProjection(below, width, height);
  const [x, y] = project(start, found.ways[0]?.losses[0] ?? 0);
  return [Math.max(0, Math.min(width, x)), Math.max(0, Math.min(height, y))];
}

function nudge(event: KeyboardEvent, start: readonly number[], { window, dimensions }: Ground): void {
  const arrow = ARROWS[event.key];
  if (!arrow || (dimensions === 1 && arrow[0] === 0)) return;
  event.preventDefault();
  const far = KEY_SHARE * (event.shiftKey ? LARGE : 1);
  moveStart(start.map((value, i) => value + (arrow[i] ?? 0) * far * ((window[i]?.[1] ?? 1) - (window[i]?.[0] ?? 0))));
}

/** A press anywhere on the picture brings the start there, and takes it along. */
function moving(place: { current: HTMLDivElement | null }) {
  const move = (event: PointerEvent) => {
    const [box, below] = [place.current?.getBoundingClientRect(), ground.value];
    if (!box || !below) return;
    const point: Point = [event.clientX - box.left, event.clientY - box.top];
    const [window = [0, 1] as const] = below.window;
    moveStart(
      below.dimensions === 1
        ? [weightAt(window, point[0], box.width, box.height)]
        : placeOnMap(below, point, box.width, box.height),
    );
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button) return;
      place.current?.setPointerCapture(event.pointerId);
      drag(true);
      move(event);
    },
    onPointerMove: (event: PointerEvent) => place.current?.hasPointerCapture(event.pointerId) && move(event),
    onPointerUp: () => drag(false),
    onPointerCancel: () => drag(false),
  };
}
