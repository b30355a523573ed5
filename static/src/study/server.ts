/** What is asked of the server about a study: what it is made of, and its parts, each as soon as it is trained. */
import type { Experiment } from "../experiment.d.ts";
import { t } from "../language.ts";
import { partsOf } from "../parts.ts";
import { answer, carrying, Refused } from "../server.ts";
import { decode, type Arrays } from "../wire.ts";

export interface Message {
  readonly type: string;
  readonly arrays: Arrays;
  readonly message?: string | null;
  readonly error?: { readonly message: string };
}

/** A part that could not be trained, and why. */
export interface Failure {
  readonly number: number;
  readonly failed: string;
}

/** The document of a page, an experiment with the study beside its other parts, as the server reads it: the other way
 * round. `name`: what the study is called in it. */
export function sent(name: string, study: object): object {
  const { [name]: own, ...experiment } = study as Record<string, object>;
  return { ...own, experiment };
}

/** And back. */
export function received<Study>(name: string, document: { readonly experiment: Experiment }): Study {
  const { experiment, ...own } = document;
  return { ...experiment, [name]: own } as Study;
}

/** Ask, and be told of what is wrong by its place in the page's document. */
export async function ask(
  name: string,
  address: string,
  document: object,
  signal: AbortSignal | null = null,
): Promise<Response> {
  const place = (field: string) =>
    field.startsWith("experiment.") ? field.slice("experiment.".length) : `${name}.${field}`;
  try {
    return await answer(address, { ...carrying(document), signal });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const problems = Object.entries(error.problems).map(([field, message]) => [place(field), message]);
    throw new Refused(error.message, Object.fromEntries(problems) as Record<string, string>, error.isAway);
  }
}

/** What is told while parts are trained. Whoever stops listening, stops them. */
export async function* messages(
  name: string,
  address: string,
  document: object,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  const { body } = await ask(name, address, document, signal);
  if (!body) return;
  for await (const part of partsOf(body)) {
    const message = decode(part) as unknown as Message;
    if (message.type === "error") throw new Refused(t(message.error?.message ?? ""));
    yield message;
  }
}
