/** What is said before there is anything to tell of: what is seen, and what to do with it. */
import { t } from "./language.ts";
import type { Task } from "./wire.ts";

/** How a run stands, and what it is about. */
export interface Beginning {
  readonly status: "playing" | "paused" | "finished" | "diverged" | null;
  readonly isAutoplay: boolean;
  readonly task: Task;
  readonly isImages: boolean;
  /** Whether the samples are places of a map. */
  readonly isMapped: boolean;
  readonly isTable: boolean;
  readonly epoch: number;
  readonly step: number;
  readonly inputs: number;
  /** How many numbers an autoencoder's code has. */
  readonly codeUnits: number;
}

const FIRST_EPOCHS = 25;

/** What is said before the first update, and while the first epochs go by. */
export interface Openings {
  readonly ready: (now: Beginning) => string;
  readonly guessing: (now: Beginning) => string;
}

const OF_POINTS: Openings = {
  ready: ({ task }) =>
    task === "classification"
      ? t("Each dot is a point with a colour. Press play to start training, or take one step at a time.")
      : t("Each dot is a point with a value. Press play to start training, or take one step at a time."),
  guessing: ({ task }) =>
    task === "classification"
      ? t(
          "Each dot is a point with a colour. The network is guessing which colour belongs where. Watch the background.",
        )
      : t("Each dot is a point with a value. The network is guessing the values between. Watch its answer bend."),
};

/** The sentence with which a run begins; "" once it has got somewhere. */
export function opening(now: Beginning, say = OF_POINTS): string {
  if (now.status === null) return t("Setting up: the server is making the network and its data.");
  if (now.step === 0 && now.status === "paused") return say.ready(now);
  return now.isAutoplay && now.epoch < FIRST_EPOCHS ? say.guessing(now) : "";
}
