/** Asking the server for a run: a new one, one that branches off another, or one that is there. */
import { t } from "../language.ts";
import type { Failure } from "../socket.ts";
import type { Run } from "./memory.ts";

/** Why there is no run; it may be asked for again after so many seconds, or never (null). */
export interface Refusal {
  readonly message: string;
  readonly retrySeconds: number | null;
  /** The server trains as many networks as it may. */
  readonly isFull?: boolean;
}

const USUAL_PAUSE_SECONDS = 5;
const TOO_MANY_REQUESTS = 429;
const SERVER_FAULT = 500;
const FULL = "server_full";

/** Ask for a run of an experiment, or of another playground's link. */
export function newRun(wanted: unknown): Promise<Run | Refusal> {
  const headers = { "content-type": "application/json" };
  return ask("/api/runs", { method: "POST", headers, body: JSON.stringify(wanted) });
}

/** Ask for a run that goes on from the present moment of another one. */
export function forkedRun(id: string): Promise<Run | Refusal> {
  return ask(`/api/runs/${id}/fork`, { method: "POST" });
}

/** Look for a run that is alive. */
export function livingRun(id: string): Promise<Run | Refusal> {
  return ask(`/api/runs/${id}`);
}

async function ask(address: string, request?: RequestInit): Promise<Run | Refusal> {
  try {
    const response = await fetch(address, request);
    return response.ok ? ((await response.json()) as Run) : await refusal(response);
  } catch {
    return { message: t("The server cannot be reached."), retrySeconds: USUAL_PAUSE_SECONDS };
  }
}

/** The server's own fault, or its being busy, passes; what it says of the request does not. */
async function refusal(response: Response): Promise<Refusal> {
  const { status, headers } = response;
  const isTemporary = status >= SERVER_FAULT || status === TOO_MANY_REQUESTS;
  const wished = Number(headers.get("retry-after"));
  const { code, message } = await failure(response);
  const retrySeconds = isTemporary ? wished || USUAL_PAUSE_SECONDS : null;
  return { message: t(message), retrySeconds, isFull: code === FULL };
}

/** The server's words; what stands before it, a proxy perhaps, may have none for us. */
async function failure(response: Response): Promise<Pick<Failure, "code" | "message">> {
  try {
    return ((await response.json()) as { error: Failure }).error;
  } catch {
    return { code: "", message: t("The server answered {status}.", { status: response.status }) };
  }
}
