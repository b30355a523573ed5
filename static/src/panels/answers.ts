/** What the network answers at each point, as of the last frame that tells of it, and which points are looked at. */
import { computed, effect, signal } from "@preact/signals";
import { drawnOf } from "../draw/plane.ts";
import { keep, recall } from "../storage.ts";
import { frame, isDiscretised, isPlaying, isPointPicked, sample, scene, showsTest, step } from "../store.ts";
import type { NamedArray } from "../wire.ts";

const PAUSE_MS = 60;
const MOST_ERRORS = 5;

/** Whether the points that the network gets wrong are marked. */
export const showsMistakes = signal(recall("mistakes") === "on");
effect(() => keep("mistakes", showsMistakes.value ? "on" : "off"));
effect(() => keep("answer", isDiscretised.value ? "discretised" : "confidence"));

/** Points that are ringed because somebody looks at just these; null is nobody. */
export const ringed = signal<readonly number[] | null>(null);

/** The point under the pointer; −1 is none. */
export const hoveredPoint = signal(-1);
/** Whether the pointer or the focus is on the picture or on what stands beside it. */
export const isNear = signal(false);

/** The point whose numbers are shown: the one passed over, else the picked one; −1 is none. */
export const looked = computed(() => {
  if (hoveredPoint.value >= 0) return hoveredPoint.value;
  return isPointPicked.value && sample.value < count.value ? sample.value : -1;
});

const count = computed(() => scene.value?.arrays["targets"]?.data.length ?? 0);
const arrays = computed(() => (frame.value?.scene === scene.value?.scene ? frame.value?.arrays : undefined));

/** (1, points) of values, or of many classes (2, points): the winner and its confidence. */
export const answers = computed((): NamedArray | undefined => arrays.value?.["answers"]);
export const wrong = computed(() => arrays.value?.["is_wrong"]?.data);
export const lossLooked = computed(() => arrays.value?.[`loss:${looked.value}`]?.data[0]);

export function isTest(index: number): boolean {
  return scene.value?.arrays["is_test"]?.data[index] === 1;
}

export function isShown(index: number): boolean {
  return index < drawnOf(count.value) && (showsTest.value || !isTest(index));
}

export function targetOf(index: number): number {
  return scene.value?.arrays["targets"]?.data[index] ?? 0;
}

/** The points to mark, into an array that is filled anew: the wrong ones; of values the few that are farthest off. */
export function mistakesInto(marked: number[]): void {
  marked.length = 0;
  if (wrong.value) for (let i = 0; i < count.value; i++) if (wrong.value[i] && isShown(i)) marked.push(i);
  if (!wrong.value && answers.value) farthestInto(marked);
}

function farthestInto(marked: number[]): void {
  for (let i = 0; i < count.value; i++) {
    if (!isShown(i)) continue;
    const size = errorOf(i);
    let place = marked.length;
    while (place > 0 && errorOf(marked[place - 1] ?? 0) < size) place--;
    if (place < MOST_ERRORS) marked.splice(place, 0, i);
    if (marked.length > MOST_ERRORS) marked.pop();
  }
}

/** How far the answer is from the target. */
export function errorOf(index: number): number {
  return Math.abs((answers.value?.data[index] ?? 0) - targetOf(index));
}

/** What has to be asked for: nothing while nobody looks at points and the network trains. */
const losing = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  const wanted = looked.value >= 0 ? `loss:${looked.value}` : "";
  clearTimeout(timer);
  timer = setTimeout(() => (losing.value = wanted), PAUSE_MS);
});
export const answerViews = computed((): readonly string[] => {
  const { dimensions = 2, task } = scene.value ?? {};
  if (task === "autoencoder") return [];
  const isReading = dimensions > 0 && (isNear.value || looked.value >= 0 || (!isPlaying.value && step.value > 0));
  return [...(showsMistakes.value || isReading ? ["answers"] : []), ...(losing.value ? [losing.value] : [])];
});
