/** `?embed=1` in the address: the page stands in a frame of another page, which may steer it. */
import { effect } from "@preact/signals";
import { connection, frame, give, isAutoplay, notice, refusal, runId, type Experiment } from "./store.ts";

export const isEmbedded = new URLSearchParams(location.search).get("embed") === "1";

/** Talk with the page around this one. The browser shows this page only inside those that the server allows. */
export async function embedIn(page: Window): Promise<void> {
  const { talkWith } = await import("./embedding/embedding.ts");
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
