/**
 * A study as signals: what is wanted, what it is made of, the parts that are done. A sweep is one, its parts are runs; a
 * learning curve is one, its parts are points. Only this file asks the server.
 */
import { batch, computed, signal, type Signal } from "@preact/signals";
import { t } from "../language.ts";
import { linkOf, readLink } from "../link.ts";
import { isSame } from "../path.ts";
import { Refused } from "../server.ts";
import { keep, recall, thisTab } from "../storage.ts";
import { catalogue, experiment, onCommand, problems, type Catalogue } from "../store.ts";
import type { Failure } from "./server.ts";

export interface Story {
  readonly name: string;
  readonly title: string;
  readonly says: string;
}

export const { stories } = catalogue as Catalogue & { readonly stories: readonly Story[] };

/** What every study is made of: the whole document, how many parts, and seconds of one processor, about. */
export interface Planned<Study> {
  readonly study: Study;
  readonly parts: number;
  readonly seconds: number;
}

interface Sort<Study, Plan, Part> {
  /** What it is called in the document, and where the tab keeps it. */
  readonly name: string;
  readonly planOf: (study: Study) => Promise<Plan>;
  readonly trained: (study: Study, numbers: readonly number[], signal: AbortSignal) => AsyncGenerator<Part | Failure>;
  readonly numberOf: (part: Part) => number;
  /** All that decides how it goes; not how it is looked at. */
  readonly essence: (study: Study) => object;
  /** The same where some of it can only be otherwise. */
  readonly fitted?: (study: Study) => Study;
  /** Another study begins. */
  readonly forget?: () => void;
  /** It is refused for what is wrong at these places. */
  readonly mend?: (problems: Readonly<Record<string, string>>) => void;
  /** "12 runs are trained." "12 of 64 runs are done." */
  readonly begins: (count: number) => string;
  readonly progress: (done: number, total: number) => string;
  /** What is said when it ends; the progress unless told. */
  readonly ends?: (progress: string) => string;
}

const QUARTERS = 4;
/** Small parts come faster than anybody sees: those of so long are shown together. */
const PACE_MS = 100;

export function studying<Study extends object, Plan extends Planned<Study>, Part extends object>(
  sort: Sort<Study, Plan, Part>,
) {
  /** The forms' own document: in these pages it is an experiment with its study. */
  const study = experiment as unknown as Signal<Study>;
  /** What the study is made of; null until the server has said it, or where it cannot be. */
  const plan = signal<Plan | null>(null);
  /** The parts that are done, and those that could not be done, by their numbers. */
  const parts = signal<ReadonlyMap<number, Part>>(new Map());
  const failures = signal<ReadonlyMap<number, string>>(new Map());
  const isTraining = signal(false);
  const isAsking = signal(false);
  /** What went wrong, as a sentence; "" is nothing. What is wrong with the address stands until something is changed. */
  const problem = signal("");
  const linkProblem = signal("");
  const announcement = signal("");

  // --- wishes ----------------------------------------------------------------------------------------------------

  const preset = (name: string) => catalogue.presets[name] as unknown as Study;

  /** The story that the study is, as long as nothing of it is changed but how it is looked at. */
  const story = computed(() => {
    const now = sort.essence(plan.value?.study ?? study.value);
    return stories.find(({ name }) => isSame(sort.essence(preset(name)), now));
  });

  onCommand((command) => {
    if (command.op === "change") want(command.experiment as unknown as Study);
  });

  function want(wanted: Study): void {
    const next = sort.fitted?.(wanted) ?? wanted;
    const isOther = !isSame(sort.essence(next), sort.essence(study.value));
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
    parts.value = new Map();
    failures.value = new Map();
    sort.forget?.();
  }

  /** As the address has it, with the parts that this tab has trained of it before. */
  async function readAddress(): Promise<void> {
    const reading = readLink(catalogue, location.hash.slice(1));
    const read = reading.experiment as Study;
    study.value = sort.fitted?.(read) ?? read;
    linkProblem.value = reading.problem;
    beginAnew();
    await follow();
    comeBack();
  }

  // --- what it is made of ----------------------------------------------------------------------------------------

  let askedOf = "";
  const keyOf = (wanted: Study) => JSON.stringify(sort.essence(wanted));

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

  async function askFor(wanted: Study): Promise<void> {
    askedOf = keyOf(wanted);
    try {
      const found = await sort.planOf(wanted);
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
      sort.mend?.(error.problems);
    }
  }

  /** What no control stands for is said above them all. */
  function explained({ message, problems: places }: Refused): string {
    const isHere = Object.keys(places).every((place) => place.startsWith(`${sort.name}.`));
    return isHere && Object.keys(places).length ? "" : message;
  }

  /** Ask again what could not be answered. */
  function retry(): void {
    askedOf = "";
    void follow();
  }

  // --- the parts -------------------------------------------------------------------------------------------------

  const total = computed(() => plan.value?.parts ?? 0);
  const isWhole = computed(() => total.value > 0 && parts.value.size === total.value);
  const mayStart = computed(() => total.value > 0 && !isTraining.value && !isAsking.value && !isWhole.value);
  const progress = computed(() => sort.progress(parts.value.size, total.value));

  let listening: AbortController | null = null;
  let begun = { at: 0, done: 0 };

  /** About how long it goes on, at the pace so far; null while nobody can tell. */
  const secondsLeft = computed(() => {
    const done = parts.value.size - begun.done;
    if (!isTraining.value || done <= 0) return null;
    return (((performance.now() - begun.at) / done) * (total.value - parts.value.size)) / 1000;
  });

  /** Train what is left; what could not be trained is tried again. */
  async function start(): Promise<void> {
    if (!mayStart.value) return;
    const mine = (listening = new AbortController());
    const left = Array.from({ length: total.value }, (_, i) => i).filter((i) => !parts.value.has(i));
    begun = { at: performance.now(), done: parts.value.size };
    isTraining.value = true;
    problem.value = "";
    failures.value = new Map();
    announcement.value = sort.begins(left.length);
    try {
      for await (const told of sort.trained(study.value, left, mine.signal)) {
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
  function stop(): void {
    const was = listening;
    if (!was) return;
    settle();
    was.abort();
  }

  function settle(): void {
    showArrived();
    listening = null;
    isTraining.value = false;
    announcement.value = sort.ends?.(progress.value) ?? progress.value;
  }

  let arrived: (Part | Failure)[] = [];
  let showing = 0;

  function take(told: Part | Failure): void {
    arrived.push(told);
    showing ||= setTimeout(showArrived, PACE_MS);
  }

  function showArrived(): void {
    clearTimeout(showing);
    showing = 0;
    const quarter = quarterOf(parts.value.size);
    const [done, failed] = [new Map(parts.value), new Map(failures.value)];
    for (const told of arrived) {
      if ("failed" in told) failed.set(told.number, told.failed);
      else done.set(sort.numberOf(told), told);
    }
    arrived = [];
    batch(() => {
      parts.value = done;
      failures.value = failed;
    });
    if (quarterOf(done.size) > quarter) announcement.value = progress.value;
  }

  function quarterOf(done: number): number {
    return Math.floor((QUARTERS * done) / Math.max(1, total.value));
  }

  // --- coming back -----------------------------------------------------------------------------------------------

  /** The playground with the experiment that all of them are made from. */
  function experimentAddress(): string {
    const usual = catalogue.default[sort.name as keyof typeof catalogue.default];
    return `/#${linkOf(catalogue, { ...study.value, [sort.name]: usual })}`;
  }

  /** Who leaves the page and comes back finds all parts. */
  function leave(): void {
    const key = keyOf(plan.value?.study ?? study.value);
    keep(sort.name, JSON.stringify({ key, parts: [...parts.value.values()] }), thisTab);
  }

  function comeBack(): void {
    const kept = JSON.parse(recall(sort.name, thisTab) ?? "{}") as { key?: string; parts?: Part[] };
    if (!plan.value || kept.key !== keyOf(plan.value.study)) return;
    parts.value = new Map((kept.parts ?? []).map((part) => [sort.numberOf(part), part]));
  }

  return {
    ...{ study, plan, parts, failures, isTraining, isAsking, problem, linkProblem, announcement, story },
    ...{ total, isWhole, mayStart, progress, secondsLeft },
    ...{ want, readAddress, retry, start, stop, experimentAddress, leave },
    tell: (name: string) => want(preset(name)),
  };
}
