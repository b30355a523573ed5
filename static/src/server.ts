/** What is asked of the server over HTTP, and how it says no. */
import { t } from "./language.ts";

/** The server says no: the text says why, in the reader's language, `problems` where. `isAway`: it says nothing at all. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly problems: Readonly<Record<string, string>> = {},
    readonly isAway = false,
  ) {
    super(message);
  }
}

interface Said {
  readonly error?: {
    readonly message?: string;
    readonly problems?: readonly { readonly field: string; readonly message: string }[];
  };
}

/** A request that carries a document. */
export function carrying(document: object, method = "POST"): RequestInit {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(document) };
}

/** What the server answers; throws Refused. */
export async function answer(address: string, request: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, request);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new Refused(t("The server cannot be reached."), {}, true);
  }
  if (!response.ok) throw refusal(response.status, (await response.json().catch(() => ({}))) as Said);
  return response;
}

/** The document that the server answers; throws Refused. */
export async function json<T>(address: string, request?: RequestInit): Promise<T> {
  return (await (await answer(address, request)).json()) as T;
}

/** Why an answer is no. */
export function refusal(status: number, { error = {} }: Said): Refused {
  const message = error.message ? t(error.message) : t("The server answered {status}.", { status });
  return new Refused(message, Object.fromEntries((error.problems ?? []).map((each) => [each.field, each.message])));
}
