/** Asking the server for a run. */
import type { Failure } from "../socket.ts";
import type { Run } from "./memory.ts";

/** Why there is no run; it may be asked for again after so many seconds, or never (null). */
export interface Refusal {
  readonly message: string;
  readonly retrySeconds: number | null;
}

const USUAL_PAUSE_SECONDS = 5;
const TOO_MANY_REQUESTS = 429;
const SERVER_FAULT = 500;

/** Ask for a run of an experiment, or of another playground's link. */
export async function newRun(wanted: unknown): Promise<Run | Refusal> {
  const headers = { "content-type": "application/json" };
  try {
    const response = await fetch("/api/runs", { method: "POST", headers, body: JSON.stringify(wanted) });
    return response.ok ? ((await response.json()) as Run) : await refusal(response);
  } catch {
    return { message: "The server cannot be reached.", retrySeconds: USUAL_PAUSE_SECONDS };
  }
}

/** The server's own fault, or its being busy, passes; what it says of the request does not. */
async function refusal(response: Response): Promise<Refusal> {
  const { status, headers } = response;
  const isTemporary = status >= SERVER_FAULT || status === TOO_MANY_REQUESTS;
  const wished = Number(headers.get("retry-after"));
  return { message: await sentence(response), retrySeconds: isTemporary ? wished || USUAL_PAUSE_SECONDS : null };
}

/** The server's words; what stands before it, a proxy perhaps, may have none for us. */
async function sentence(response: Response): Promise<string> {
  try {
    return ((await response.json()) as { error: Failure }).error.message;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
