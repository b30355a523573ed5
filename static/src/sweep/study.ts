/** The sweep as signals: what is wanted, what it is made of, the runs that are done. Only this file asks the server. */
import { batch, computed, signal, type Signal } from "@preact/signals";
import { memberOf, nearestAt, resolved } from "../form/schema.ts";
import { plural, t } from "../language.ts";
import { linkOf, readLink } from "../link.ts";
import { isSame } from "../path.ts";
import { keep, recall, thisTab } from "../storage.ts";
import { catalogue, experiment, onCommand, problems, type Catalogue } from "../store.ts";
import { knobsOf, usualAxis, type Knob } from "./knobs.ts";
import { Refused } from "../server.ts";
import {
  planOf,
  trained,
  type Axis,
  type Cell,
  type Failure,
  type Measure,
  type Plan,
  type Study,
  type Sweep,
} from "./server.ts";

export interface Story {
  readonly name: string;
  readonly title: string;
  readonly says: string;
}

export const { stories } = catalogue as Catalogue & { readonly stories: readonly Story[] };

/** The forms' own document: in this page it is an experiment with its sweep. */
export const study = experiment as unknown as Signal<Study>;

/** What the study is made of; null until the server has said it, or where it cannot be. */
export const plan = signal<Plan | null>(null);

/** The runs that are done, and those that could not be done. */
export const cells = signal<ReadonlyMap<number, Cell>>(new Map());
export const failures = signal<ReadonlyMap<number, string>>(new Map());

export const isTraining = signal(false);
/** What went wrong, as a sentence; "" is nothing. What is wrong with the address stands until something is changed. */
export const problem = signal("");
export const linkProblem = signal("");
export const announcement = signal("");

/** The cell that is pointed at, and the one that the keyboard is at. */
export const hovered = signal<number | null>(null);
export const cursor = signal(0);
export const looked = computed(() => hovered.value ?? cursor.value);

export const isEnsemble = computed(() => study.value.sweep.over.kind === "seeds");

// --- the settings that can be swept ------------------------------------------------------------------------------

/** Of the experiment as the server has filled it in. */
export const knobs = computed(() => knobsOf(catalogue.schema, plan.value?.study ?? study.value));

export function knobAt(path: string): Knob | undefined {
  return knobs.value.find((knob) => knob.path === path);
}

// --- stories -----------------------------------------------------------------------------------------------------

function preset(name: string): Study {
  return catalogue.presets[name] as unknown as Study;
}

/** The story that the study is, as long as nothing of it is changed but how it is looked at. */
export const story = computed(() =>
  stories.find(({ name }) => isSame(essence(preset(name)), essence(plan.value?.study ?? study.value))),
);

/** All that decides how it goes; not how it is looked at. */
function essence({ sweep: { over, epochs }, name: _, ...rest }: Study): object {
  return { ...rest, over, epochs };
}

export function tell(name: string): void {
  want(preset(name));
}

// --- wishes ------------------------------------------------------------------------------------------------------

export function change(settings: Partial<Sweep>): void {
  want({ ...study.value, sweep: { ...study.value.sweep, ...settings } });
}

export function changeAxis(name: "x" | "y", axis: Axis): void {
  const { over } = study.value.sweep;
  if (over.kind === "settings") change({ over: { ...over, [name]: axis } });
}

/** Sweep another setting; the other axis makes way for it. */
export function turnTo(name: "x" | "y", path: string): void {
  const { over } = study.value.sweep;
  const knob = knobAt(path);
  if (over.kind !== "settings" || !knob) return;
  const other = name === "x" ? "y" : "x";
  const moved = over[other].setting === path ? { [other]: over[name] } : {};
  const axis = over[other].setting === path ? over[other] : usualAxis(knob);
  change({ over: { ...over, ...moved, [name]: axis } });
}

export function isShare(what: Measure): boolean {
  return what.endsWith("accuracy");
}

onCommand((command) => {
  if (command.op === "change") want(within(command.experiment as unknown as Study));
});

/** The targets are nothing that the server is asked about: beyond their bounds, the nearest. */
function within(next: Study): Study {
  const nearest = (name: "target_accuracy" | "target_loss") =>
    nearestAt(catalogue.schema, next, `sweep.${name}`, next.sweep[name]);
  const targets = { target_accuracy: nearest("target_accuracy"), target_loss: nearest("target_loss") };
  return { ...next, sweep: { ...next.sweep, ...targets } };
}

function want(next: Study): void {
  const isOther = !isSame(essence(next), essence(study.value));
  study.value = next;
  if (isOther) problems.value = {};
  linkProblem.value = "";
  if ("output" in next) history.replaceState(null, "", `#${linkOf(catalogue, next)}`);
  if (!isOther) return;
  beginAnew();
  void follow();
}

function beginAnew(): void {
  stop();
  cells.value = new Map();
  failures.value = new Map();
  cursor.value = 0;
  hovered.value = null;
}

/** As the address has it, with the runs that this tab has trained of it before. */
export async function readAddress(): Promise<void> {
  const reading = readLink(catalogue, location.hash.slice(1));
  study.value = reading.experiment as Study;
  linkProblem.value = reading.problem;
  beginAnew();
  await follow();
  comeBack();
}

// --- what it is made of ------------------------------------------------------------------------------------------

export const isAsking = signal(false);
let askedOf = "";

/** Ask until what is known is of what is wanted: one question at a time, and none for what changed meanwhile. */
async function follow(): Promise<void> {
  if (isAsking.value) return;
  isAsking.value = true;
  try {
    while (askedOf !== keyOf(study.value)) await askFor(study.value);
  } finally {
    isAsking.value = false;
  }
}

function keyOf(wanted: Study): string {
  return JSON.stringify(essence(wanted));
}

async function askFor(wanted: Study): Promise<void> {
  askedOf = keyOf(wanted);
  try {
    const found = await planOf(wanted);
    problem.value = "";
    plan.value = found;
    if (study.value !== wanted) return;
    study.value = found.study;
    askedOf = keyOf(found.study);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    plan.value = null;
    problems.value = error.problems;
    problem.value = explained(error);
    sweepAnother(error.problems);
  }
}

/** What no control stands for is said above them all. */
function explained({ message, problems: places }: Refused): string {
  return Object.keys(places).every((place) => place.startsWith("sweep.")) && Object.keys(places).length ? "" : message;
}

/** An experiment that has not got a setting is swept over one that it has. */
function sweepAnother(places: Readonly<Record<string, string>>): void {
  const { over } = study.value.sweep;
  if (over.kind !== "settings") return;
  for (const name of ["x", "y"] as const) {
    const isMissing = `sweep.over.${name}.setting` in places && !knobAt(over[name].setting);
    const family = over[name].setting.split(".")[0] ?? "";
    const free = knobs.value.filter(
      ({ path, choices }) => !choices.length && path !== over.x.setting && path !== over.y.setting,
    );
    const other = free.find(({ path }) => path.startsWith(`${family}.`)) ?? free[0];
    if (isMissing && other) return changeAxis(name, usualAxis(other));
  }
}

/** Ask again what could not be answered. */
export function retry(): void {
  askedOf = "";
  void follow();
}

// --- the runs ----------------------------------------------------------------------------------------------------

export const total = computed(() => plan.value?.cells ?? 0);
export const isWhole = computed(() => total.value > 0 && cells.value.size === total.value);

export const mayStart = computed(() => total.value > 0 && !isTraining.value && !isAsking.value && !isWhole.value);

let listening: AbortController | null = null;

/** Train what is left; what could not be trained is tried again. */
export async function start(): Promise<void> {
  if (!mayStart.value) return;
  const mine = (listening = new AbortController());
  const left = Array.from({ length: total.value }, (_, i) => i).filter((i) => !cells.value.has(i));
  isTraining.value = true;
  problem.value = "";
  failures.value = new Map();
  announcement.value = plural(left.length, "One run is trained.", "{count} runs are trained.");
  try {
    for await (const told of trained(study.value, left, mine.signal)) {
      if (mine.signal.aborted) return;
      take(told);
    }
  } catch (error) {
    if (mine.signal.aborted) return;
    problem.value = error instanceof Refused ? error.message : t("The connection to the server broke.");
  } finally {
    if (listening === mine) settle();
  }
}

/** What is on its way is given up; what is done stays. */
export function stop(): void {
  const was = listening;
  if (!was) return;
  settle();
  was.abort();
}

function settle(): void {
  showArrived();
  listening = null;
  isTraining.value = false;
  announcement.value = progress.value;
}

const QUARTERS = 4;
/** Small runs come faster than anybody sees: those of so long are shown together. */
const PACE_MS = 100;
let arrived: (Cell | Failure)[] = [];
let showing = 0;

function take(told: Cell | Failure): void {
  arrived.push(told);
  showing ||= setTimeout(showArrived, PACE_MS);
}

function showArrived(): void {
  clearTimeout(showing);
  showing = 0;
  const quarter = quarterOf(cells.value.size);
  const [done, failed] = [new Map(cells.value), new Map(failures.value)];
  for (const told of arrived) {
    if ("failed" in told) failed.set(told.cell, told.failed);
    else done.set(told.cell, told);
  }
  arrived = [];
  batch(() => {
    cells.value = done;
    failures.value = failed;
  });
  if (quarterOf(done.size) > quarter) announcement.value = progress.value;
}

function quarterOf(done: number): number {
  return Math.floor((QUARTERS * done) / Math.max(1, total.value));
}

/** "12 of 64 runs are done." */
export const progress = computed(() =>
  t("{done} of {total} runs are done.", { done: cells.value.size, total: total.value }),
);

// --- what is shown of each ---------------------------------------------------------------------------------------

/** What can be measured: only classes are right or wrong. */
export const measures = computed((): readonly Measure[] => {
  const data = resolved(catalogue.schema, catalogue.schema.properties?.["data"] ?? {});
  const isClasses = memberOf(catalogue.schema, data, study.value.data.kind)?.schema.task === "classification";
  return isClasses ? ["test_accuracy", "test_loss", "train_accuracy", "train_loss"] : ["test_loss", "train_loss"];
});

export const measured = computed<Measure>(() => {
  const wanted = study.value.sweep.measure;
  return measures.value.includes(wanted) ? wanted : "test_loss";
});

export const target = computed(() => {
  const { target_accuracy, target_loss } = study.value.sweep;
  return isShare(measured.value) ? target_accuracy : target_loss;
});

/** A run's last value, or the best of those that it was looked at. */
export function valueOf(cell: Cell): number {
  if (study.value.sweep.moment === "last") return cell.metrics[measured.value] ?? NaN;
  const values = (cell.curve[measured.value] ?? []).filter(Number.isFinite);
  return isShare(measured.value) ? Math.max(...values) : Math.min(...values);
}

/** The best run that did not diverge; null before there is one. */
export const best = computed<Cell | null>(() => {
  const sound = [...cells.value.values()].filter(
    (cell) => cell.status !== "diverged" && Number.isFinite(valueOf(cell)),
  );
  const sign = isShare(measured.value) ? -1 : 1;
  return sound.sort((a, b) => sign * (valueOf(a) - valueOf(b)) || a.cell - b.cell)[0] ?? null;
});

/** The first epoch at which a run was seen to have reached the target; null where it has not. */
export function reachedAt(cell: Cell): number | null {
  const isThere = (value: number) => (isShare(measured.value) ? value >= target.value : value <= target.value);
  const place = (cell.curve[measured.value] ?? []).findIndex(isThere);
  return place < 0 ? null : (cell.epochs[place] ?? null);
}

/** The playground with a run's experiment, which stops there where the run stopped. */
export function addressOf({ experiment: document }: Cell): string {
  const stop =
    document.stop.kind === "never" ? { kind: "epochs" as const, epochs: study.value.sweep.epochs } : document.stop;
  return `/#${linkOf(catalogue, { ...document, stop, sweep: catalogue.default["sweep" as keyof typeof document] })}`;
}

/** The playground with the experiment that all of them are made from. */
export function experimentAddress(): string {
  return `/#${linkOf(catalogue, { ...study.value, sweep: preset(stories[0]?.name ?? "").sweep })}`;
}

// --- coming back -------------------------------------------------------------------------------------------------

const KEPT = "sweep";

/** Who comes back from one of the runs finds them all. */
export function leave(): void {
  keep(
    KEPT,
    JSON.stringify({ key: keyOf(plan.value?.study ?? study.value), cells: [...cells.value.values()] }),
    thisTab,
  );
}

function comeBack(): void {
  const kept = JSON.parse(recall(KEPT, thisTab) ?? "{}") as { key?: string; cells?: Cell[] };
  if (!plan.value || kept.key !== keyOf(plan.value.study)) return;
  cells.value = new Map((kept.cells ?? []).map((cell) => [cell.cell, cell]));
}
