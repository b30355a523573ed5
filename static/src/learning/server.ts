/** What is asked of the server: what a learning curve is made of, and its points, each as soon as it is trained. */
import type { Experiment } from "../experiment.d.ts";
import { t } from "../language.ts";
import { ask, messages, received, sent, type Failure, type Message } from "../study/server.ts";

export type Model = "network" | "linear" | "naive_bayes" | "decision_tree" | "support_vectors";
export type Inputs = "raw" | "engineered";

/** What core.LearningCurve has beside the experiment. */
export interface Curve {
  readonly models: readonly Model[];
  readonly inputs: readonly Inputs[];
  readonly sizes: number;
  readonly repeats: number;
  readonly epochs: number;
}

/** The document of the page: an experiment, and the learning curve beside its other parts. */
export type Study = Experiment & { readonly learning_curve: Curve };

export interface Series {
  readonly model: Model;
  readonly inputs: Inputs;
}

/** What a learning curve is made of, with every part that was left out. */
export interface Plan {
  readonly study: Study;
  readonly title: string;
  readonly summary: string;
  /** What engineered inputs are of such data. */
  readonly engineering: string;
  readonly series: readonly Series[];
  /** The sizes of the training set, rising. */
  readonly counts: readonly number[];
  /** How many test samples there are. */
  readonly tested: number;
  readonly parts: number;
  /** Of one processor, about. */
  readonly seconds: number;
}

/** A model that has learned from so many samples, and its scores; null where there is none. */
export interface Point extends Series {
  readonly point: number;
  readonly samples: number;
  readonly repeat: number;
  readonly test: number | null;
  readonly train: number | null;
}

const NAME = "learning_curve";
const ADDRESS = "/api/learning-curves";

export async function planOf(study: Study): Promise<Plan> {
  const { learning_curve, points, ...told } = (await (await ask(NAME, ADDRESS, sent(NAME, study))).json()) as Omit<
    Plan,
    "study" | "parts"
  > & { readonly learning_curve: { readonly experiment: Experiment }; readonly points: number };
  return { ...told, parts: points, study: received<Study>(NAME, learning_curve) };
}

/** These points, as they are done. Whoever stops listening, stops them. */
export async function* trained(
  study: Study,
  numbers: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<Point | Failure> {
  for await (const each of messages(NAME, `${ADDRESS}/points`, { ...sent(NAME, study), trained: numbers }, signal)) {
    const message = each as Message & Point;
    if (message.type === "failure") yield { number: message.point, failed: t(message.message ?? "") };
    if (message.type !== "point") continue;
    const { model, inputs, point, samples, repeat, test, train } = message;
    yield { model, inputs, point, samples, repeat, test, train };
  }
}
