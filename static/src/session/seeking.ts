/** Seeking: to the newest of the wished moments, one at a time, and at most ten a second. */
import { momentAtStep } from "../moments.ts";
import type { Answer } from "../socket.ts";
import { t } from "../language.ts";
import * as store from "../store.ts";

const PAUSE_MS = 100;

export interface Seeking {
  seek(moment: store.Moment): void;
  /** Something else is about to be asked of the moment that is shown: be there before. */
  arrive(): Promise<unknown>;
  /** What was wished is so no longer. */
  drop(): void;
  /** A frame is drawn: perhaps it shows the moment that was sought. */
  drawn(frame: store.Frame): void;
}

export function seeking(send: (step: number) => Promise<Answer | null>): Seeking {
  let waiting: store.Moment | null = null;
  let isUnderWay = false;
  let latest: Promise<Answer | null> = Promise.resolve(null);

  /** Commands are obeyed in their order, and the answer to the latest comes last. */
  function sendWaiting(): Promise<Answer | null> {
    if (waiting) latest = send(waiting.step);
    waiting = null;
    return latest;
  }

  async function next(): Promise<void> {
    if (isUnderWay || !waiting) return;
    isUnderWay = true;
    const [answer] = await Promise.all([sendWaiting(), new Promise((wake) => setTimeout(wake, PAUSE_MS))]);
    isUnderWay = false;
    if (waiting) return next();
    settle(answer);
  }

  /** The server says where it is: the nearest moment that could be reached quickly. */
  function settle(answer: Answer | null): void {
    if (!store.sought.value) return;
    if (answer?.type !== "ack" || answer.step === store.frame.value?.step) store.sought.value = null;
    else store.sought.value = momentAtStep(answer.step ?? 0);
    if (answer?.error) store.announcement.value = t(answer.error.message);
  }

  return {
    seek(moment) {
      store.sought.value = moment;
      waiting = moment;
      void next();
    },
    arrive() {
      const arrival = sendWaiting();
      store.sought.value = null;
      return arrival;
    },
    drop() {
      waiting = null;
      store.sought.value = null;
    },
    drawn({ step, status }) {
      const isThere = step === store.sought.value?.step || status === "playing";
      if (!waiting && !isUnderWay && isThere) store.sought.value = null;
    },
  };
}
