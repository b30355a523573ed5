/** This tab's run: made, found again after a reload, commanded and watched. */
import { batch, effect } from "@preact/signals";
import { isSame } from "../path.ts";
import { openLive, type Failure, type Live } from "../socket.ts";
import * as store from "../store.ts";
import { receiver } from "./arrivals.ts";
import { linkedExperiment, remember, rememberedRun, type Run } from "./memory.ts";
import { wishList } from "./wishes.ts";

const USUAL_SPEED: store.Speed = { unit: "epochs", per_second: 60 };
const RETRY_MS = 5000;

/** Begin: rejoin this tab's run when it is the link's experiment, else make a new one. `views` says what is on screen. */
export function startSession(views: () => readonly string[]): void {
  let live: Live | null = null;
  let runId = "";
  /** What to say first on the next connection: a fresh run has a speed to be set, and perhaps trains at once. */
  let openings: (readonly [op: string, parts?: object])[] = [];

  const wishes = wishList((experiment) => live?.command("change", { experiment }) ?? Promise.resolve(null));

  const received = receiver({
    sceneCame({ experiment }) {
      wishes.accept(experiment);
      remember({ id: runId, experiment });
    },
    frameDrawn({ seq, exact_epoch: epoch }) {
      live?.acknowledge(seq);
      if (epoch >= store.AUTOPLAY_EPOCHS) endAutoplay();
    },
  });

  function join(id: string): void {
    runId = id;
    live?.close();
    store.connection.value = { state: "connecting" };
    const address = `${location.origin.replace(/^http/, "ws")}/api/runs/${id}/live`;
    live = openLive<store.Experiment>(address, { opened, received, lost, ended });
  }

  function opened(): void {
    void live?.command("watch", { views: views() });
    for (const [op, parts] of openings) void live?.command(op, parts);
    openings = [];
    wishes.resume();
  }

  function lost(retryAt: number): void {
    store.connection.value = { state: "lost", retryAt };
  }

  /** A run that was never seen here is quietly made anew; one that was watched is not taken away without a word. */
  function ended(_code: number, reason: string): void {
    if (store.scene.value === null) void create(store.experiment.value, false);
    else store.connection.value = { state: "ended", reason: reason || "The server has ended this run." };
  }

  /** Make a run of an experiment and join it. */
  async function create(experiment: unknown, plays: boolean, notice = ""): Promise<void> {
    const made = await newRun(experiment);
    if ("failure" in made) return refuse(experiment, made.failure);
    batch(() => {
      store.notice.value = notice;
      store.experiment.value = made.experiment;
    });
    openings = plays ? [["speed", USUAL_SPEED], ["play"]] : [["speed", USUAL_SPEED]];
    join(made.id);
    wishes.accept(made.experiment);
    remember(made);
  }

  /** No run could be made: try again if the server may yet take it, else say why and show the default one. */
  function refuse(experiment: unknown, { code, message, field }: Failure): void {
    const isTemporary = code === "offline" || code === "server_full";
    const place = field ? `${field}: ` : "";
    store.notice.value = isTemporary ? message : `This link cannot be opened. ${place}${message}`;
    if (isTemporary) setTimeout(() => void create(experiment, false), RETRY_MS);
    else if (!live && !isSame(experiment, store.catalogue.default))
      void create(store.catalogue.default, false, store.notice.value);
  }

  function endAutoplay(): void {
    if (!store.isAutoplay.value) return;
    store.isAutoplay.value = false;
    void live?.command("pause");
  }

  function carryOut(command: store.Command): void {
    if (command.op === "restart") return void create(command.experiment, false);
    if (command.op === "change") {
      endAutoplay();
      return wishes.add(command);
    }
    store.isAutoplay.value = false;
    const { op, ...parts } = command;
    if (live) void live.command(op, parts);
    else if (op === "play") openings = [...openings, ["play"]];
  }

  /** Somebody has put another link into the address. */
  function openLink(): void {
    const { experiment, problem } = linkedExperiment();
    store.notice.value = problem;
    if (!problem) carryOut({ op: "change", experiment: experiment as store.Experiment, paths: [] });
  }

  function begin(): void {
    const { experiment, problem } = linkedExperiment();
    if (problem) return void create(store.catalogue.default, false, problem);
    const run = rememberedRun(experiment);
    if (run) {
      store.experiment.value = run.experiment;
      return join(run.id);
    }
    store.isAutoplay.value = location.hash.length <= 1 && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    void create(experiment, store.isAutoplay.value);
  }

  store.onCommand(carryOut);
  effect(() => {
    const wanted = views();
    void live?.command("watch", { views: wanted });
  });
  addEventListener("hashchange", openLink);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) endAutoplay();
  });
  begin();
}

/** Ask the server for a run. */
async function newRun(experiment: unknown): Promise<Run | { readonly failure: Failure }> {
  const headers = { "content-type": "application/json" };
  try {
    const response = await fetch("/api/runs", { method: "POST", headers, body: JSON.stringify(experiment) });
    const body = (await response.json()) as Run & { error?: Failure };
    return body.error ? { failure: body.error } : body;
  } catch {
    return { failure: { code: "offline", message: "The server cannot be reached. Trying again in a few seconds." } };
  }
}
