/** This tab's run: made, found again, commanded and shown. All that comes from the server enters the store here. */
import { batch, effect } from "@preact/signals";
import { linkOf, readLink } from "./link.ts";
import { isSame, valueAt } from "./path.ts";
import { openLive, type Answer, type Failure, type Live } from "./socket.ts";
import * as store from "./store.ts";
import type { Message, PointsMessage } from "./wire.ts";

const RUN_KEY = "run";
const CHART_PAUSE_MS = 100;
const HIDDEN_PAUSE_MS = 1000;
const USUAL_SPEED: store.Speed = { unit: "epochs", per_second: 60 };

interface Remembered {
  readonly id: string;
  readonly experiment: store.Experiment;
}

/** An experiment that is wanted, and the settings in which it differs from the one before. */
interface Wish {
  readonly experiment: store.Experiment;
  readonly paths: readonly string[];
}

/** What the panels that are on screen want to be shown. */
export type Views = () => readonly string[];

/** Begin: rejoin this tab's run when it is the link's experiment, else make a new one. */
export function startSession(views: Views): void {
  let live: Live | null = null;
  let accepted = store.catalogue.default;
  let wanted: Wish | null = null;
  let isChanging = false;
  let runId = "";
  let drawing = 0;
  let chartTime = 0;
  let latest: store.Frame | null = null;
  let plays = false;
  let isFresh = false;

  function open(id: string): void {
    runId = id;
    live?.close();
    store.connection.value = { state: "connecting" };
    const address = `${location.origin.replace(/^http/, "ws")}/api/runs/${id}/live`;
    live = openLive<store.Experiment>(address, { opened, received, lost, ended });
  }

  function opened(): void {
    void live?.command("watch", { views: views() });
    if (isFresh) void live?.command("speed", USUAL_SPEED);
    if (plays) void live?.command("play");
    plays = isFresh = false;
    if (wanted) void change();
  }

  function lost(retryAt: number): void {
    store.connection.value = { state: "lost", retryAt };
  }

  function ended(_code: number, reason: string): void {
    const isForgotten = store.scene.value === null;
    if (isForgotten) void create(store.experiment.value, false);
    else store.connection.value = { state: "ended", reason: reason || "The server has ended this run." };
  }

  /** Make a run of an experiment and show it. */
  async function create(experiment: unknown, isPlayed: boolean): Promise<void> {
    const answer = await post(experiment);
    if ("failure" in answer) return refuse(experiment, answer.failure);
    batch(() => {
      store.notice.value = "";
      accept(answer.experiment);
      store.experiment.value = answer.experiment;
    });
    plays = isPlayed;
    isFresh = true;
    runId = answer.id;
    remember();
    open(answer.id);
  }

  /** The server would not make this run: say why, and show the default one if there is none yet. */
  function refuse(experiment: unknown, failure: Failure): void {
    const isTemporary = failure.code === "offline" || failure.code === "server_full";
    const place = failure.field ? `${failure.field}: ` : "";
    store.notice.value = isTemporary ? failure.message : `This link cannot be opened. ${place}${failure.message}`;
    if (isTemporary) setTimeout(() => void create(experiment, false), 5000);
    else if (!store.scene.value && !isSame(experiment, store.catalogue.default)) void createBeside(store.notice.value);
  }

  /** The default run, with what went wrong still said above it. */
  async function createBeside(sentence: string): Promise<void> {
    await create(store.catalogue.default, false);
    store.notice.value = sentence;
  }

  function received(message: Message<store.Experiment>): void {
    if (store.connection.value.state !== "live") store.connection.value = { state: "live" };
    if (message.type === "scene") showScene(message);
    else if (message.type === "points") addPoints(message);
    else {
      latest = message;
      if (!drawing) drawing = document.hidden ? window.setTimeout(show, HIDDEN_PAUSE_MS) : requestAnimationFrame(show);
    }
  }

  function showScene(scene: store.Scene): void {
    batch(() => {
      if (scene.generation !== store.scene.value?.generation) store.changes.value = [];
      store.scene.value = scene;
      accept(scene.experiment);
      if (!isChanging && !wanted) store.experiment.value = scene.experiment;
    });
    remember();
  }

  function addPoints(message: PointsMessage): void {
    const { curves } = store;
    if (message.from === 0 || message.generation !== curves.generation) {
      curves.generation = message.generation;
      curves.columns = Object.fromEntries(message.columns.map((name) => [name, []]));
    }
    const rows = message.arrays["points"]?.data ?? [];
    message.columns.forEach((name, c) => {
      const column = curves.columns[name];
      for (let i = c; i < rows.length; i += message.columns.length) column?.push(rows[i] ?? NaN);
    });
  }

  /** Draw the newest frame, all panels at once, and tell the server that it is drawn. */
  function show(): void {
    drawing = 0;
    const frame = latest;
    if (!frame) return;
    const now = performance.now();
    const isChartTime = frame.status !== "playing" || now - chartTime >= CHART_PAUSE_MS;
    batch(() => {
      announce(frame);
      store.frame.value = frame;
      if (isChartTime) store.curveTick.value++;
    });
    if (isChartTime) chartTime = now;
    live?.acknowledge(frame.seq);
    if (store.isAutoplay.value && frame.exact_epoch >= store.AUTOPLAY_EPOCHS) endAutoplay();
  }

  function announce(frame: store.Frame): void {
    const before = store.frame.value?.status;
    if (before === frame.status && (frame.status !== "paused" || frame.step === store.frame.value?.step)) return;
    const { train_loss, test_loss } = frame.metrics;
    const losses = train_loss === undefined ? "" : `, train loss ${train_loss.toFixed(3)}, test loss ${test_loss?.toFixed(3) ?? "unknown"}`;
    store.announcement.value = frame.status === "playing" ? "Training started" : frame.status === "paused" ? `Paused at epoch ${frame.epoch}${losses}` : "";
  }

  function endAutoplay(): void {
    if (!store.isAutoplay.value) return;
    store.isAutoplay.value = false;
    void live?.command("pause");
  }

  /** Send the newest wish, one at a time: what was wished in between is never sent. */
  async function change(): Promise<void> {
    if (isChanging || !wanted || !live) return;
    const wish = wanted;
    const before = accepted;
    wanted = null;
    isChanging = true;
    const answer = await live.command("change", { experiment: wish.experiment });
    isChanging = false;
    if (answer === null) wanted ??= wish;
    else if (answer.type === "ack") changed(answer, before, wish);
    else if (answer.error?.code === "slow_down") wanted ??= wish;
    else refused(answer.error, wish.paths);
    if (wanted && store.connection.value.state === "live") setTimeout(() => void change(), answer?.type === "error" ? 200 : 0);
  }

  /** The server has taken a wish over; its scene, which follows, says what came of it. */
  function changed(answer: Answer, before: store.Experiment, { experiment, paths }: Wish): void {
    batch(() => {
      store.problems.value = withoutPaths(store.problems.value, paths);
      const frame = store.frame.value;
      if (answer.restarted || !frame?.step) return;
      const text = paths.map((path) => changeText(path, before, experiment)).filter(Boolean).join(", ");
      const earlier = store.changes.value.filter((mark) => mark.epoch !== frame.exact_epoch || !paths.some((path) => mark.text.startsWith(nameOf(path))));
      if (text) store.changes.value = [...earlier, { epoch: frame.exact_epoch, text }];
    });
  }

  /** The server would not: all is as it was, and the reason stands beside the control. */
  function refused(failure: Failure | undefined, paths: readonly string[]): void {
    const found = failure?.problems ?? [{ field: failure?.field ?? paths[0] ?? "", message: failure?.message ?? "" }];
    batch(() => {
      store.problems.value = { ...store.problems.value, ...Object.fromEntries(found.map(({ field, message }) => [field, message])) };
      if (!wanted) store.experiment.value = accepted;
    });
  }

  function accept(experiment: store.Experiment): void {
    accepted = experiment;
    const link = linkOf(store.catalogue.schema, store.catalogue.default, experiment);
    if (location.hash.slice(1) !== link) history.replaceState(null, "", link ? `#${link}` : location.pathname);
  }

  function remember(): void {
    if (runId) sessionStorage.setItem(RUN_KEY, JSON.stringify({ id: runId, experiment: accepted } satisfies Remembered));
  }

  function carryOut(command: store.Command): void {
    if (command.op === "restart") return void create(command.experiment, false);
    if (command.op === "change") {
      endAutoplay();
      store.experiment.value = command.experiment;
      const paths = [...new Set([...(wanted?.paths ?? []), ...command.paths])];
      wanted = { experiment: command.experiment, paths };
      return void change();
    }
    store.isAutoplay.value = false;
    const { op, ...parts } = command;
    void live?.command(op, parts);
  }

  function openLink(): void {
    const { experiment, problem } = readLink(store.catalogue.schema, store.catalogue.default, location.hash.slice(1));
    if (problem) store.notice.value = problem;
    else if (live) carryOut({ op: "change", experiment: experiment as store.Experiment, paths: [] });
  }

  store.onCommand(carryOut);
  effect(() => {
    const wishes = views();
    void live?.command("watch", { views: wishes });
  });
  addEventListener("hashchange", openLink);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) endAutoplay();
  });

  const isPermalink = location.hash.length > 1;
  const link = readLink(store.catalogue.schema, store.catalogue.default, location.hash.slice(1));
  const remembered = rememberedRun();
  const isStill = isPermalink || matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (remembered && !link.problem && isSame(comparable(remembered.experiment, link.experiment), link.experiment)) {
    store.experiment.value = remembered.experiment;
    open(remembered.id);
  } else if (link.problem) void createBeside(link.problem);
  else {
    store.isAutoplay.value = !isStill;
    void create(link.experiment, !isStill);
  }
}

/** The part of an experiment that a link speaks of: what the link leaves to the server is not compared. */
function comparable(experiment: store.Experiment, link: unknown): unknown {
  return Object.fromEntries(Object.entries(experiment).filter(([name]) => valueAt(link, name) !== undefined));
}

function rememberedRun(): Remembered | null {
  const text = sessionStorage.getItem(RUN_KEY);
  return text ? (JSON.parse(text) as Remembered) : null;
}

type Creation = Remembered | { readonly failure: Failure };

async function post(experiment: unknown): Promise<Creation> {
  try {
    const response = await fetch("/api/runs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(experiment),
    });
    const body = (await response.json()) as Remembered & { error?: Failure };
    return body.error ? { failure: body.error } : body;
  } catch {
    return { failure: { code: "offline", message: "The server cannot be reached. Trying again in a few seconds." } };
  }
}

function withoutPaths(problems: Readonly<Record<string, string>>, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(problems).filter(([field]) => !paths.some((path) => field.startsWith(path))));
}

/** "learning rate 0.03 → 0.01", for the timeline. */
function changeText(path: string, before: unknown, after: unknown): string {
  const [from, to] = [brief(valueAt(before, path)), brief(valueAt(after, path))];
  return from && to && from !== to ? `${nameOf(path)} ${from} → ${to}` : "";
}

function nameOf(path: string): string {
  return (path.split(".").at(-1) ?? "").replaceAll("_", " ");
}

function brief(value: unknown): string {
  if (Array.isArray(value)) return String(value.length);
  if (value !== null && typeof value === "object") return String(valueAt(value, "kind") ?? "");
  return value === undefined ? "" : String(value);
}
