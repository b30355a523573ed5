/** The lab as signals: the descent that is wanted, how it went, and the moment that is shown. Only this file asks. */
import { computed, signal, type Signal } from "@preact/signals";
import { memberOf, resolved } from "../form/schema.ts";
import { t } from "../language.ts";
import { linkOf, readLink } from "../link.ts";
import { isSame } from "../path.ts";
import { announcement, catalogue, experiment, isReadOnly, onCommand, problems, type Catalogue } from "../store.ts";
import { Refused } from "../server.ts";
import { pictureOf, waysOf, type Contestant, type Descent, type Ways } from "./server.ts";
import { digits, LOOKS, nameOf, placeText } from "./words.ts";

export interface Story {
  readonly name: string;
  readonly title: string;
  readonly says: string;
}

interface LabCatalogue extends Catalogue {
  readonly stories: readonly Story[];
  readonly starts: Readonly<Record<string, readonly number[]>>;
}

export const { stories, starts } = catalogue as LabCatalogue;

/** The forms' own document: in this page it is a descent. */
export const descent = experiment as unknown as Signal<Descent>;

/** How the last descent that the server computed went; null before the first. */
export const ways = signal<Ways | null>(null);

/** What is drawn below the ways: losses over the window that they were computed in. */
export interface Ground {
  readonly window: Ways["window"];
  readonly values: Float32Array;
  readonly dimensions: number;
}
export const ground = signal<Ground | null>(null);

/** What went wrong, as a sentence; "" is nothing. What is wrong with the address stands until something is changed. */
export const problem = signal("");
export const linkProblem = signal("");

/** How many steps are done, with parts of one while it plays. */
export const at = signal(0);
export const isPlaying = signal(false);
/** Steps a second. */
export const speed = signal(10);
export const isDragging = signal(false);

export const lastStep = computed(() => Math.max(0, ...(ways.value?.ways.map(({ places }) => places.length - 1) ?? [])));
export const step = computed(() => Math.floor(at.value + 1e-9));

// --- the three labs ----------------------------------------------------------------------------------------------

export type Lab = "weight" | "line" | "surface";
export const LABS: readonly Lab[] = ["weight", "line", "surface"];

export function dimensionsOf(kind: string): number {
  const family = resolved(catalogue.schema, catalogue.schema.properties?.["surface"] ?? {});
  return memberOf(catalogue.schema, family, kind)?.schema.dimensions ?? 2;
}

function labOfKind(kind: string): Lab {
  return kind === "one_weight" ? "weight" : dimensionsOf(kind) === 1 ? "line" : "surface";
}

export const dimensions = computed(() => dimensionsOf(descent.value.surface.kind));
export const lab = computed<Lab>(() => labOfKind(descent.value.surface.kind));
export const storiesOfLab = computed(() => stories.filter(({ name }) => labOf(name) === lab.value));

function labOf(story: string): Lab {
  return labOfKind(preset(story).surface.kind);
}

function preset(story: string): Descent {
  return catalogue.presets[story] as unknown as Descent;
}

/** The story that the descent is, as long as nothing of it is changed but how it is looked at. */
export const story = computed(() => {
  const { fog, view } = descent.value;
  return stories.find(({ name }) => isSame({ ...preset(name), fog, view }, descent.value));
});

const left: Partial<Record<Lab, Descent>> = {};

/** Go to another lab: to what was left there, or its first story. */
export function enter(next: Lab): void {
  if (next === lab.value) return;
  left[lab.value] = descent.value;
  const [first] = stories.filter(({ name }) => labOf(name) === next);
  begin(left[next] ?? preset(first?.name ?? ""));
}

export function tell(name: string): void {
  begin(preset(name));
}

function begin(wanted: Descent): void {
  want(wanted);
  rewind();
}

// --- wishes ------------------------------------------------------------------------------------------------------

/** A change of some settings of the forms. Another surface has another place worth starting from. */
export function change(settings: Partial<Descent>): void {
  want({ ...descent.value, ...settings });
}

export function moveStart(place: readonly number[]): void {
  if (isReadOnly.value) return;
  const [x = 0, y = descent.value.start.y] = place.map((value) => Number(value.toPrecision(4)));
  change({ start: { x, y } });
  at.value = 0;
}

onCommand((command) => {
  if (command.op !== "change") return;
  const next = command.experiment as unknown as Descent;
  const isOther = next.surface.kind !== descent.value.surface.kind;
  const [x = 0, y = 0] = starts[next.surface.kind] ?? [];
  want(isOther ? { ...next, start: { x, y } } : next);
  if (isOther) rewind();
});

function want(next: Descent): void {
  if (!isReadOnly.value) show(next);
}

/** Show this descent, whoever wants it. */
export function show(next: Descent): void {
  if (keyOf(next) !== askedOf) problems.value = {};
  descent.value = next;
  linkProblem.value = "";
  history.replaceState(null, "", `#${linkOf(catalogue, next)}`);
  void follow();
}

/** As the address has it. */
export function readAddress(): void {
  const reading = readLink(catalogue, location.hash.slice(1));
  descent.value = reading.experiment as Descent;
  linkProblem.value = reading.problem;
  rewind();
  void follow();
}

/** Whether what is shown is not yet what is wanted. */
export const isAsking = signal(false);
let askedOf = "";
let drawn = "";

/** Ask until what is there is what is wanted: one question at a time, and none for what changed meanwhile. */
export async function follow(): Promise<void> {
  if (isAsking.value) return;
  isAsking.value = true;
  try {
    while (askedOf !== keyOf(descent.value)) await ask(descent.value);
  } finally {
    isAsking.value = false;
  }
}

/** All that decides how it goes; not how it is looked at. */
function keyOf({ fog, view, ...rest }: Descent): string {
  return JSON.stringify([rest, isDragging.value]);
}

async function ask(wanted: Descent): Promise<void> {
  askedOf = keyOf(wanted);
  try {
    const found = await waysOf(wanted);
    const picture = JSON.stringify([wanted.surface, found.window]);
    const isNew = picture !== drawn && !(isDragging.value && ground.value);
    const values = isNew ? await pictureOf(wanted) : null;
    if (values) {
      drawn = picture;
      ground.value = { window: found.window, values, dimensions: found.window.length };
    }
    ways.value = found;
    at.value = Math.min(at.value, lastStep.value);
    problem.value = "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problems.value = error.problems;
    problem.value = Object.keys(error.problems).length ? "" : error.message;
  }
}

/** Ask again what could not be answered. */
export function retry(): void {
  askedOf = "";
  void follow();
}

export function drag(isOn: boolean): void {
  isDragging.value = isOn;
  if (!isOn) void follow();
}

// --- time --------------------------------------------------------------------------------------------------------

let before = 0;

export function playOrPause(): void {
  if (isPlaying.value) return pause();
  if (at.value >= lastStep.value) at.value = 0;
  announcement.value = t("Playing");
  play();
}

function play(): void {
  isPlaying.value = true;
  before = performance.now();
  requestAnimationFrame(advance);
}

/** Show a moment that another page is at. */
export function showMoment(moment: number, plays: boolean, pace: number): void {
  speed.value = pace;
  if (plays) {
    at.value = Math.min(lastStep.value, moment);
    if (!isPlaying.value) play();
  } else {
    isPlaying.value = false;
    if (at.value !== moment) goTo(moment);
  }
}

function advance(now: number): void {
  if (!isPlaying.value) return;
  at.value = Math.min(lastStep.value, at.value + (Math.max(0, now - before) / 1000) * speed.value);
  before = now;
  if (at.value >= lastStep.value) pause();
  else requestAnimationFrame(advance);
}

export function pause(): void {
  isPlaying.value = false;
  goTo(step.value);
}

/** Show the moment after so many steps, and say where all are. */
export function goTo(target: number): void {
  at.value = Math.max(0, Math.min(lastStep.value, target));
  announcement.value = summary.value;
}

export function stepBy(count: number): void {
  isPlaying.value = false;
  goTo(step.value + count);
}

export function rewind(): void {
  isPlaying.value = false;
  at.value = 0;
}

/** Where all contestants are, said in words. */
export const summary = computed(() => {
  const found = ways.value;
  if (!found) return "";
  const each = found.ways.map((way, i) => wordsOf(found, way, i));
  return [t("After step {step}.", { step: step.value }), ...each].join(" ");
});

function wordsOf(found: Ways, way: Ways["ways"][number], i: number): string {
  const here = Math.min(step.value, way.places.length - 1);
  const told = t("{name}: {place}, loss {loss}.", {
    name: `${LOOKS[i]?.letter}, ${nameOf(found.descent.contestants[i] as Contestant, found.descent.surface.samples)}`,
    place: placeText(way.places[here] ?? []),
    loss: digits(way.losses[here] ?? NaN),
  });
  return way.ended && step.value >= way.places.length - 1 ? `${told} ${t(way.ended)}` : told;
}
