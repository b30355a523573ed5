/** Coming here by somebody's leave: with a link to watch a run, or through the door. Fetched when it is needed. */
import { t } from "../language.ts";
import type { Failure } from "../socket.ts";

interface Answer {
  readonly run?: string;
  readonly error?: Failure;
}

/** Exchange the secret of a link for the right to watch its run: the run, or why there is none. */
export async function sharedRun(secret: string): Promise<{ readonly run: string; readonly problem: string }> {
  const headers = { "content-type": "application/json" };
  try {
    const response = await fetch("/api/shares", { method: "POST", headers, body: JSON.stringify({ secret }) });
    const { run = "", error } = (await response.json()) as Answer;
    return { run, problem: run ? "" : cannotBeWatched(t(error?.message ?? "")) };
  } catch {
    return { run: "", problem: cannotBeWatched(t("The server cannot be reached.")) };
  }
}

function cannotBeWatched(reason: string): string {
  return t("This run cannot be watched. {reason}", { reason });
}

/** The server wants a code again; behind the door it goes on here. */
export function goToTheDoor(): void {
  location.assign(`/enter?next=${encodeURIComponent(location.pathname + location.search)}${location.hash}`);
}
