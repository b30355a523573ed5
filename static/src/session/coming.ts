/** Coming here from elsewhere: with a link to watch a run or of another playground, or through the door. Fetched late. */
import { t } from "../language.ts";
import type { Failure } from "../socket.ts";
import { isDiscretised, showsTest } from "../store.ts";

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

/** A link of TensorFlow Playground may say how its page shows the experiment: two choices of the view that are ours, too. */
export function showAsThere(link: string): void {
  const settings = new URLSearchParams(link.slice(link.indexOf("#") + 1));
  for (const [name, choice] of [["showTestData", showsTest] as const, ["discretize", isDiscretised] as const])
    if (settings.has(name)) choice.value = settings.get(name) === "true";
}

/** The server wants a code again; behind the door it goes on here. */
export function goToTheDoor(): void {
  location.assign(`/enter?next=${encodeURIComponent(location.pathname + location.search)}${location.hash}`);
}
