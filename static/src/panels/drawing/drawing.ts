/** What is being drawn: points put and erased by strokes. A stroke that leaves enough to learn from changes the run. */
import { computed, effect, signal } from "@preact/signals";
import { defaultOf, fieldsOf, memberOf, schemaAt } from "../../form/schema.ts";
import { set } from "../../form/setting.ts";
import { plural, t } from "../../language.ts";
import { valueAt } from "../../path.ts";
import { catalogue, experiment, notice, problems, scene, type Scene } from "../../store.ts";
import { takenBack } from "../takeback.ts";
import { isDrawnKind, markOf, marksOf, placeOf, type DrawnKind, type Place } from "./mark.ts";
import { isDrawing, unlearned } from "./mode.ts";

export const FEWEST_POINTS = 4;
export const MOST_POINTS = 500;
export const MOST_CLASSES = 10;
/** Drawn points lie on a map that goes so far either way. */
const REACH = 3;

/** What a press does: put one point, several around, or take away. */
export type Tool = "point" | "brush" | "eraser";
export const tool = signal<Tool>("point");
/** The class that is put, and the value. */
export const chosenClass = signal(0);
export const chosenValue = signal(1);

/** Which kind of drawn set the shown data would be. */
export const kind = computed((): DrawnKind => {
  const { task, dimensions } = scene.value ?? {};
  return dimensions === 1 ? "drawn_curve" : task === "regression" ? "drawn_values" : "drawn";
});

export const classes = computed(() => Number(valueAt(experiment.value, "data.classes") ?? scene.value?.classes ?? 2));

/** The points of the scene as they would be drawn. */
const shown = computed(() => (scene.value ? marksIn(scene.value, kind.value) : []));

function marksIn({ arrays, domain, dimensions }: Scene, wanted: DrawnKind): string[] {
  const points = arrays["points"]?.data ?? [];
  const size = REACH / domain[1];
  return Array.from(arrays["targets"]?.data ?? [], (target, i) => {
    const [x = 0, y = target] = Array.from({ length: dimensions }, (_, axis) => points[i * dimensions + axis] ?? 0);
    return markOf(wanted, dimensions === 1 ? { x: x * size, y, target } : { x: x * size, y: y * size, target });
  });
}

/** The points of the experiment; those of another set, evenly chosen where it has too many. */
const settled = computed((): readonly string[] => {
  const { data } = experiment.value;
  if (isDrawnKind(data.kind)) return marksOf(data.kind, String(valueAt(data, "points")));
  const step = Math.max(1, shown.value.length / MOST_POINTS);
  const count = Math.min(shown.value.length, MOST_POINTS);
  return Array.from({ length: count }, (_, i) => shown.value[Math.floor(i * step)] ?? "");
});
const settledText = computed(() => settled.value.join(""));

/** What is drawn and not yet the run's: a stroke under way, or too few points to learn from. */
const draft = takenBack<readonly string[] | null>(null);
effect(() => {
  settledText.value;
  draft.begin(null);
});
effect(() => {
  unlearned.value = isDrawing.value ? draft : null;
});

export const marks = computed(() => draft.now.value ?? settled.value);

/** What the picture of the scene does not show yet: points that came, and points that went. */
export const pending = computed((): { readonly came: readonly string[]; readonly gone: readonly string[] } => {
  if (!draft.now.value && !isDrawnKind(experiment.value.data.kind)) return { came: [], gone: [] };
  return { came: without(marks.value, shown.value), gone: without(shown.value, marks.value) };
});

/** The marks of the first list that the second has not, each as often as it is there. */
function without(some: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1);
  return some.filter((mark) => {
    const count = counts.get(mark) ?? 0;
    counts.set(mark, count - 1);
    return count <= 0;
  });
}

/** Why what is drawn cannot be learned from, as a sentence; "" where it can. */
const lack = computed(() => {
  const missing = FEWEST_POINTS - marks.value.length;
  if (missing > 0)
    return plural(
      missing,
      "Too few points to learn from: {count} more is needed.",
      "Too few points to learn from: {count} more are needed.",
    );
  if (kind.value === "drawn" && new Set(marks.value.map((mark) => mark.at(-1))).size < 2)
    return t("All points are of one class: put some of another, so that there is something to tell apart.");
  return "";
});

/** How it stands with the drawing, in a sentence. */
export const told = computed(() => {
  const count = marks.value.length;
  if (lack.value) return lack.value;
  if (count >= MOST_POINTS) return t("{count} points: there may be no more.", { count });
  return t(problems.value["data.points"] ?? "") || plural(count, "{count} point", "{count} points");
});

/** Put points, as long as there is room. */
export function put(places: readonly { readonly x: number; readonly y: number }[]): void {
  const target = kind.value === "drawn" ? Math.min(chosenClass.value, classes.value - 1) : chosenValue.value;
  const [low, high] = [-REACH, REACH];
  const within = places.map(({ x, y }) => ({
    x: Math.max(low, Math.min(high, x)),
    y: kind.value === "drawn_curve" ? y : Math.max(low, Math.min(high, y)),
    target,
  }));
  const fresh = within.map((place) => markOf(kind.value, place));
  draft.now.value = [...marks.value, ...fresh].slice(0, MOST_POINTS);
}

/** Take away the points of which this is true. */
export function erase(isHit: (place: Place) => boolean): void {
  const left = marks.value.filter((mark) => !isHit(placeOf(kind.value, mark)));
  if (left.length < marks.value.length) draft.now.value = left;
}

/** A stroke has ended: the run learns from what is drawn now, if that can be. */
export function finish(): void {
  const drawn = draft.now.value;
  if (!drawn) return;
  if (lack.value) return draft.end();
  const points = drawn.join("");
  if (points === settledText.value) draft.begin(null);
  else if (isDrawnKind(experiment.value.data.kind)) set("data.points", points);
  else become(points, classes.value);
}

/** Draw no more. What cannot be learned from waits to be drawn on, and the run keeps what it has: that is said. */
export function leave(): void {
  isDrawing.value = false;
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".point-picker")?.focus());
  if (draft.now.value && lack.value)
    notice.value = t("{lack} Until then the run keeps the points that it has; Draw points goes on where you were.", {
      lack: lack.value,
    });
}

/** One class more; the network begins anew for it. */
export function addClass(): void {
  const count = Math.min(MOST_CLASSES, classes.value + 1);
  if (isDrawnKind(experiment.value.data.kind)) set("data.classes", count);
  else become(settledText.value, count);
  chosenClass.value = count - 1;
}

/** The shown set becomes a drawn one; what both have in common stays as it is. */
function become(points: string, count: number): void {
  const root = catalogue.schema;
  const node = schemaAt(root, experiment.value, "data");
  const member = node && memberOf(root, node, kind.value);
  if (!member) return;
  const names = fieldsOf(root, member.schema, {}).map(([name]) => name);
  const own = Object.entries(experiment.value.data).filter(([name]) => name !== "kind" && names.includes(name));
  const all = scene.value?.arrays["targets"]?.data.length ?? 0;
  if (all > MOST_POINTS)
    notice.value = t("Of its {all} points {count} have become drawn ones: a link holds no more.", {
      all,
      count: MOST_POINTS,
    });
  const counted = kind.value === "drawn" ? { classes: count } : {};
  set("data", { ...(defaultOf(root, member.schema) as object), ...Object.fromEntries(own), ...counted, points });
}
