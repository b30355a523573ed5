/** Changes of the experiment: sent one at a time, and only the newest of those that wait. */
import { batch } from "@preact/signals";
import { isSame, placeIn, valueAt } from "../path.ts";
import type { Answer, Failure } from "../socket.ts";
import * as store from "../store.ts";
import type { Wish } from "../store.ts";
import { pin } from "./pins.ts";

export interface Wishes {
  add(wish: Wish): void;
  /** Send what waits: the connection is there again. */
  resume(): void;
  /** The experiment that the server has. */
  accept(experiment: store.Experiment): void;
  /** Another command brings this experiment: whatever waits is of no use then. */
  giveWayTo(experiment: store.Experiment): void;
}

/** A slider may wish faster than the server takes commands. */
const PAUSE_MS = 60;
const PAUSE_AFTER_REFUSAL_MS = 200;

type Send = (experiment: store.Experiment) => Promise<Answer | null>;

/** A wish without settings is a link's: `refuseLink` is told why it cannot be. `made` is told what has come about. */
export function wishList(send: Send, refuseLink: (reason: string) => void, made: (answer: Answer) => void): Wishes {
  let accepted = store.experiment.value;
  let waiting: Wish | null = null;
  let isUnderWay = false;
  let isResting = false;

  async function next(): Promise<void> {
    if (isUnderWay || isResting || !waiting) return;
    const wish = waiting;
    const before = accepted;
    waiting = null;
    isUnderWay = true;
    const answer = await send(wish.experiment);
    isUnderWay = false;
    if (answer === null || answer.error?.code === "slow_down") waiting ??= wish;
    else if (answer.type === "ack") {
      made(answer);
      granted(wish, before, answer);
      if (!waiting && accepted !== before && isMet(wish, accepted)) store.experiment.value = accepted;
    } else refused(wish, answer.error);
    if (answer !== null) rest(answer.type === "error" ? PAUSE_AFTER_REFUSAL_MS : PAUSE_MS);
  }

  function rest(milliseconds: number): void {
    isResting = true;
    setTimeout(() => {
      isResting = false;
      void next();
    }, milliseconds);
  }

  /** The server would not: all is as it was, and the reason stands beside the control. */
  function refused(wish: Wish, failure: Failure | undefined): void {
    const found = failure?.problems ?? [
      { field: failure?.field ?? wish.paths[0] ?? "", message: failure?.message ?? "" },
    ];
    batch(() => {
      const told = found.map(({ field, message }) => [placeIn(field, wish.experiment, accepted), message] as const);
      if (wish.paths.length) store.problems.value = { ...store.problems.value, ...Object.fromEntries(told) };
      else refuseLink(failure?.message ?? "");
      if (!waiting) store.experiment.value = accepted;
    });
  }

  return {
    add({ experiment, paths }) {
      store.experiment.value = experiment;
      waiting = { experiment, paths: [...new Set([...(waiting?.paths ?? []), ...paths])] };
      void next();
    },
    resume: () => void next(),
    accept(experiment) {
      accepted = experiment;
      if (!waiting && !isUnderWay) store.experiment.value = experiment;
    },
    giveWayTo(experiment) {
      waiting = null;
      store.experiment.value = experiment;
    },
  };
}

/** Whether an experiment has all that was wished for: the server's then says the rest, too, which a wish may leave open. */
function isMet({ experiment, paths }: Wish, made: store.Experiment): boolean {
  return paths.length > 0 && paths.every((path) => isSame(valueAt(experiment, path), valueAt(made, path)));
}

/** The server has taken a wish over; its scene, which follows, says what came of it. What it refused before is past. */
function granted({ experiment, paths }: Wish, before: store.Experiment, { step = 0, restarted }: Answer): void {
  batch(() => {
    store.problems.value = {};
    if (!restarted && step > 0) pin(step, paths, before, experiment);
  });
}
