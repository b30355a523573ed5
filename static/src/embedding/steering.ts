/** What the page around this one can have done here, and what it is told. */
import { effect } from "@preact/signals";
import { connection, frame, give, isAutoplay, notice, refusal, runId, type Experiment } from "../store.ts";
import { talkWith } from "./embedding.ts";

/** Talk with the page around this one. The browser shows this page only inside those that the server allows. */
export function embedIn(page: Window): void {
  talkWith(page, {
    steer: (op) => give({ op }),
    load(experiment) {
      isAutoplay.value = false;
      give({ op: "restart", experiment: experiment as Experiment });
    },
    refuse: (sentence) => (notice.value = sentence),
    watch(changed) {
      effect(() => {
        const { status, epoch, metrics } = frame.value ?? {};
        const isLive = connection.value.state === "live" && status !== undefined;
        const state = isLive ? { status, epoch, metrics } : null;
        changed({ run: runId.value, refusal: refusal.value?.message ?? notice.value, state });
      });
    },
  });
}
