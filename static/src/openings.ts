/** What is said before there is anything to tell of: what is seen, and what to do with it. */
import { count } from "./format.ts";
import { plural, t } from "./language.ts";
import type { Task } from "./wire.ts";

/** How a run stands, and what it is about. */
export interface Beginning {
  readonly status: "playing" | "paused" | "finished" | "diverged" | null;
  readonly isAutoplay: boolean;
  readonly task: Task;
  readonly isImages: boolean;
  readonly epoch: number;
  readonly step: number;
  readonly inputs: number;
  /** How many numbers an autoencoder's code has. */
  readonly codeUnits: number;
}

const FIRST_EPOCHS = 25;

/** The sentence with which a run begins; "" once it has got somewhere. */
export function opening(now: Beginning): string {
  if (now.status === null) return t("Setting up: the server is making the network and its data.");
  if (now.step === 0 && now.status === "paused") return readySentence(now);
  return now.isAutoplay && now.epoch < FIRST_EPOCHS ? guessingSentence(now) : "";
}

function readySentence(now: Beginning): string {
  if (now.task === "autoencoder") return `${squeezing(now)} ${t("Press play to start.")}`;
  if (now.isImages)
    return t("Each image belongs to a class. Press play to start training, or take one step at a time.");
  return now.task === "classification"
    ? t("Each dot is a point with a colour. Press play to start training, or take one step at a time.")
    : t("Each dot is a point with a value. Press play to start training, or take one step at a time.");
}

function guessingSentence(now: Beginning): string {
  if (now.task === "autoencoder") return `${squeezing(now)} ${t("Watch the digits part.")}`;
  if (now.isImages) return t("Each image belongs to a class. The network is guessing to which. Watch the numbers.");
  return now.task === "classification"
    ? t("Each dot is a point with a colour. The network is guessing which colour belongs where. Watch the background.")
    : t("Each dot is a point with a value. The network is guessing the values between. Watch its answer bend.");
}

function squeezing({ inputs, codeUnits }: Beginning): string {
  const values = { pixels: count(inputs), code: numbers(codeUnits) };
  return codeUnits < inputs
    ? t("Each image is squeezed from {pixels} pixels into {code}, and drawn again from those alone.", values)
    : t("Each image is turned from {pixels} pixels into {code}, and drawn again from those alone.", values);
}

/** So many numbers, as a part of a sentence. */
export function numbers(units: number): string {
  return plural(units, "one number", "{count} numbers");
}
