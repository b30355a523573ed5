/** The race as signals: what is wanted, its lanes, who is ahead. Only this file asks the server and tells the runs. */
import { computed, signal, type Signal } from "@preact/signals";
import { defaultOf, memberOf, nearestAt, resolved, taskOf } from "../form/schema.ts";
import { t } from "../language.ts";
import { linkOf, readLink } from "../link.ts";
import { isSame, valueAt } from "../path.ts";
import { keep, recall, thisTab } from "../storage.ts";
import { catalogue, experiment, onCommand, problems, type Catalogue } from "../store.ts";
import { openLane, tick, type Lane } from "./lane.ts";
import { Refused } from "../server.ts";
import { experimentOf, forget, newRuns, type Race, type Racer } from "./server.ts";
import { namesOf } from "./names.ts";
import { commonEpoch, standingsOf, verdictOf, type Track } from "./standings.ts";

export interface Story {
  readonly name: string;
  readonly title: string;
  readonly says: string;
}

interface RaceCatalogue extends Catalogue {
  readonly stories: readonly Story[];
}

export const { stories } = catalogue as RaceCatalogue;
export const FEWEST = 2;
export const MOST = 4;
const LONGEST_NAME = 40;

/** The forms' own document: in this page it is a race. */
export const race = experiment as unknown as Signal<Race>;

/** What each contestant is called. */
export const names = computed(() => namesOf(race.value.contestants));

/** The contestants' runs, in their order; none before the first race is made. */
export const lanes = signal<readonly Lane[]>([]);

/** What went wrong, as a sentence; "" is nothing. What is wrong with the address stands until something is changed. */
export const problem = signal("");
export const linkProblem = signal("");
export const announcement = signal("");

/** The story that the race is, as long as nothing of it is changed. */
export const story = computed(() => stories.find(({ name }) => isSame(preset(name), race.value)));

function preset(name: string): Race {
  return catalogue.presets[name] as unknown as Race;
}

// --- how it stands -----------------------------------------------------------------------------------------------

/** The measure that the race is about: a column of the curves. */
export const measure = computed(() => {
  const { kind, points } = race.value.target;
  return `${points}_${kind}`;
});
export const goal = computed(() => ({ isLoss: race.value.target.kind === "loss", value: race.value.target.value }));

export function hasDiverged(lane: Lane): boolean {
  return lane.frame.value?.status === "diverged";
}

/** Whether nothing more comes of it. */
export function isOver(lane: Lane): boolean {
  const now = lane.frame.value;
  return (
    hasDiverged(lane) || now?.status === "finished" || (now?.epoch ?? 0) >= race.value.epochs || !!lane.ended.value
  );
}

const tracks = computed((): Track[] => {
  tick.value;
  return lanes.value.map(({ columns, frame }) => ({
    epochs: columns["epoch"] ?? [],
    values: columns[measure.value] ?? [],
    hasDiverged: frame.peek()?.status === "diverged",
    isThrough: frame.peek()?.status === "finished",
  }));
});

/** The epoch that all who are still in the race have come to. */
export const epoch = computed(() => commonEpoch(tracks.value));
export const standings = computed(() => standingsOf(tracks.value, goal.value));
export const verdict = computed(() => verdictOf(standings.value, epoch.value));

export const isPlaying = computed(() => lanes.value.some(({ frame }) => frame.value?.status === "playing"));
export const isFinished = computed(() => lanes.value.length > 0 && lanes.value.every(isOver));
export const hasBegun = computed(() => lanes.value.some(({ frame }) => (frame.value?.step ?? 0) > 0));
/** Whether the contestants are at the start line, or it is on its way there. */
export const isMaking = signal(false);
export const isReady = computed(() => lanes.value.length > 0 && lanes.value.every(({ frame }) => frame.value !== null));

// --- wishes ------------------------------------------------------------------------------------------------------

const CHANGE_PAUSE_MS = 300;
let later: ReturnType<typeof setTimeout> | undefined;

export function tell(name: string): void {
  want(preset(name));
}

export function change(settings: Partial<Race>): void {
  want({ ...race.value, ...settings });
}

onCommand((command) => {
  if (command.op === "change") want(within(fitting(command.experiment as unknown as Race)));
});

/** The finish and the target are nothing that the server is asked about: beyond their bounds, the nearest. */
function within(next: Race): Race {
  const nearest = (path: string, value: number) => nearestAt(catalogue.schema, next, path, value);
  const target = { ...next.target, value: nearest("target.value", next.target.value) };
  return { ...next, epochs: Math.round(nearest("epochs", next.epochs)), target };
}

/** What a link sets beyond its bounds, and what is taken for it; "" when there is no such thing. */
function beyond(asked: Race, taken: Race): string {
  const path = ["epochs", "target.value"].find((each) => valueAt(asked, each) !== valueAt(taken, each));
  if (!path) return "";
  const [value, nearest] = [String(valueAt(asked, path)), String(valueAt(taken, path))];
  return t("The link sets “{path}” to “{value}”, which it cannot be. It is taken as {nearest}.", {
    path,
    value,
    nearest,
  });
}

/** With other data, outputs and losses that fitted those of before are left to the server again. */
function fitting(next: Race): Race {
  const task = taskOf(catalogue.schema, next);
  if (isSame(task, taskOf(catalogue.schema, race.value))) return next;
  const contestants = next.contestants.map((racer) => ({ ...racer, output: null, loss: null }));
  const isClassifying = String((task as unknown[])[0]) === "classification";
  const target = next.target.kind === "accuracy" && !isClassifying ? usual.target : next.target;
  return { ...next, contestants, target };
}

const usual = catalogue.default as unknown as Race;

function want(next: Race): void {
  const isOther = keyOf(next) !== keyOf(race.value);
  race.value = next;
  if (isOther) problems.value = {};
  linkProblem.value = "";
  history.replaceState(null, "", `#${linkOf(catalogue, next)}`);
  clearTimeout(later);
  if (keyOf(next) !== askedOf) later = setTimeout(() => void follow(), CHANGE_PAUSE_MS);
}

const A_RUN = /^#run=(\w+)$/;

/** As the address has it: a race, or a run that is to race against another. */
export async function readAddress(): Promise<void> {
  const [, run] = A_RUN.exec(location.hash) ?? [];
  if (run) return challenge(run);
  const reading = readLink(catalogue, location.hash.slice(1));
  const asked = reading.experiment as Race;
  race.value = within(asked);
  linkProblem.value = reading.problem || beyond(asked, race.value);
  await follow();
}

/** The experiment of a run against the same with another optimizer, for a start. */
async function challenge(run: string): Promise<void> {
  try {
    const { data, order, tail, seeds, stop, ...own } = await experimentOf(run);
    const racer = { ...own, name: "" };
    want({ ...usual, data, order, tail, seeds, contestants: [racer, rivalOf(racer)] });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    linkProblem.value = t("This run cannot race. {reason}", { reason: error.message });
    await follow();
  }
}

/** The same with the optimizer that most is compared with. */
export function rivalOf(racer: Racer): Racer {
  const kind = ["adam", "sgd", "momentum"].find((each) => each !== racer.optimizer.kind) ?? "adam";
  const root = catalogue.schema;
  const items = resolved(root, resolved(root, root.properties?.["contestants"] ?? {}).items ?? {});
  const member = memberOf(root, resolved(root, items.properties?.["optimizer"] ?? {}), kind);
  return member ? { ...racer, optimizer: defaultOf(root, member.schema) as Racer["optimizer"] } : racer;
}

// --- to the start line -------------------------------------------------------------------------------------------

let askedOf = "";
let isRejoined = false;
const KEPT = "race";

/** All that decides how the contestants train; not where they stop, what they are to reach or what they are called. */
function keyOf({ contestants, data, order, tail, seeds }: Race): string {
  return JSON.stringify([contestants.map(({ name, ...own }) => own), data, order, tail, seeds]);
}

/** Make runs until those that are there are those that are wanted: one race at a time, and none for what changed. */
export async function follow(): Promise<void> {
  if (isMaking.value) return;
  isMaking.value = true;
  try {
    while (askedOf !== keyOf(race.value)) await make(race.value);
  } finally {
    isMaking.value = false;
  }
}

async function make(wanted: Race): Promise<void> {
  askedOf = keyOf(wanted);
  try {
    const kept = keptRuns(askedOf);
    const runs = kept ?? (await newRuns(named(wanted)));
    isRejoined = kept !== null;
    leave();
    problem.value = "";
    problems.value = {};
    lanes.value = runs.map((run) => openLane(run, gone));
    keep(KEPT, JSON.stringify({ key: askedOf, runs }), thisTab);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problems.value = error.problems;
    problem.value = error.message; // what is wrong may stand where nobody has unfolded it
  }
}

/** What contestants are called goes into the names of their runs. */
function named(wanted: Race): Race {
  const called = namesOf(wanted.contestants);
  const contestants = wanted.contestants.map((racer, i) => ({
    ...racer,
    name: (called[i] ?? "").slice(0, LONGEST_NAME),
  }));
  return { ...wanted, contestants };
}

/** The runs of this very race, as they were before the page was loaded again. */
function keptRuns(key: string): string[] | null {
  const kept = lanes.peek().length ? null : recall(KEPT, thisTab);
  if (!kept) return null;
  const known = JSON.parse(kept) as { key: string; runs: string[] };
  return known.key === key ? known.runs : null;
}

/** Leave the runs that were there. Those in which nothing happened are forgotten. */
function leave(): void {
  for (const lane of lanes.value) {
    lane.close();
    if (lane.frame.value?.step === 0) forget(lane.run);
  }
}

/** A run is no more. Where it was one of before, which is not there any more, the race is made anew. */
function gone(reason: string): void {
  if (isRejoined && !isReady.value) retry();
  else problem.value = reason ? t(reason) : t("The server has ended this run.");
}

/** Ask again for what could not be made. */
export function retry(): void {
  askedOf = "";
  keep(KEPT, "", thisTab);
  leave();
  lanes.value = [];
  void follow();
}

// --- go ----------------------------------------------------------------------------------------------------------

/** Epochs a second; null is as fast as each can. */
export const speed = signal<number | null>(30);

function all(op: string, parts: object = {}): Promise<unknown> {
  return Promise.all(lanes.value.map((lane) => lane.command(op, parts)));
}

function play(racing: readonly Lane[], until: number): void {
  for (const lane of racing) {
    void lane.command("speed", { unit: "epochs", per_second: speed.value });
    void lane.command("play", { until_epoch: until, by_epoch: true });
  }
}

export function playOrPause(): void {
  if (isPlaying.value) {
    void all("pause");
    return;
  }
  if (!isReady.value) return;
  const racing = isFinished.value ? lanes.value : lanes.value.filter((lane) => !isOver(lane));
  if (isFinished.value) rewind();
  play(racing, race.value.epochs);
}

/** All on to the end of the same epoch: the next that none of them has come to. */
export function step(): void {
  if (!isReady.value || isPlaying.value || isFinished.value) return;
  const racing = lanes.value.filter((lane) => !isOver(lane));
  const furthest = Math.max(...racing.map(({ frame }) => frame.value?.epoch ?? 0));
  play(racing, Math.min(race.value.epochs, furthest + 1));
}

/** All back to the start, to wait there. */
export function rewind(): void {
  void all("pause");
  void all("reset");
}

export function goAt(perSecond: number | null): void {
  speed.value = perSecond;
  if (isPlaying.value) void all("speed", { unit: "epochs", per_second: perSecond });
}
