/** This tab's run: made, found again after a reload, commanded and watched. */
import { batch, effect, signal } from "@preact/signals";
import { t } from "../language.ts";
import { foreignLink } from "../link.ts";
import type { Way } from "../painter/frugal.ts";
import { valueAt } from "../path.ts";
import { openLive, type Live, type Told } from "../socket.ts";
import * as store from "../store.ts";
import { checkVersion } from "../version.ts";
import { receiver } from "./arrivals.ts";
import { history, present } from "./history.ts";
import {
  foreignAddress,
  lastRun,
  linkedExperiment,
  linkedRun,
  linkedShare,
  remember,
  rememberedRun,
  rememberedWay,
  rememberWay,
  runLink,
  type Run,
} from "./memory.ts";
import { forkedRun, livingRun, newRun, type Refusal } from "./newrun.ts";
import { pinWeight, unpinAfter } from "./pins.ts";
import { seeking } from "./seeking.ts";
import { wishList } from "./wishes.ts";

const TEXT_FIELD = "input:not([type=range], [type=checkbox], [type=radio])";
const USUAL_SPEED: store.Speed = { unit: "epochs", per_second: 60 };

/** What is said of an experiment to make, beside it. */
interface Beginning {
  /** It trains at once, up to a certain epoch. */
  readonly plays?: boolean;
  readonly notice?: string;
}

type Steering = Exclude<store.Command, { op: "restart" | "reset" | "change" | "undo" | "redo" | "visit" }>;

interface Standing extends Told {
  readonly right: "watch" | "steer";
  readonly watchers: number;
  readonly is_saving: boolean;
  /** How often another training process has taken over. */
  readonly revived: number;
}

const NOT_ENTERED = 4401;
/** So long a first visit may see nothing move. */
const WAIT_MS = 800;
const coming = () => import("./coming.ts");
/** What one who only watches may do. */
const FREE: readonly store.Command["op"][] = ["fork", "visit", "restart"];

/** Begin: rejoin this tab's run when it is the link's experiment, else make a new one. `views` says what is on screen. */
export function startSession(views: () => readonly string[]): void {
  let live: Live | null = null;
  let isOpen = false;
  let run: Run | null = null;
  /** What to say first on the next connection: a fresh run has a speed to be set, and perhaps trains at once. */
  let openings: (readonly [op: string, parts: object])[] = [];
  let attempts = 0;
  /** What to say if the run that is joined first is there no more. */
  let goneNotice = "";
  /** Whether the run was there before this page. */
  let isVisit = false;
  /** How many training processes were lost when this connection was new. */
  let revived = Infinity;
  /** The newest frame that came; and after one was lost, the last one of before. */
  let newest = -1;
  let revivedAfter = Infinity;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const past = history();
  let turns: Promise<void> = Promise.resolve();

  const wishes = wishList(
    (experiment) => live?.command("change", { experiment }) ?? Promise.resolve(null),
    refuseLink,
    ({ restarted, step = 0, past: aside }) => past.made(restarted ? 0 : step, aside),
  );

  const seeker = seeking((step) => live?.command("seek", { step }) ?? Promise.resolve(null));

  const received = receiver({
    sceneCame({ experiment }) {
      wishes.accept(experiment);
      if (run) hold({ id: run.id, experiment });
    },
    frameDrawn(frame) {
      live?.acknowledge(frame.seq);
      seeker.drawn(frame);
      if (frame.seq > revivedAfter) [store.revivedAt.value, revivedAfter] = [frame.epoch, Infinity];
      if (frame.epoch >= store.AUTOPLAY_EPOCHS) store.isAutoplay.value = false;
    },
  });

  const way = signal<Way>({ views: store.isFrugal.peek() ? () => [] : views, received });
  effect(() => {
    if (!store.isFrugal.value) return;
    void import("../painter/frugal.ts").then(({ frugal }) => (way.value = frugal(views, received)));
  });

  function hold(next: Run): void {
    run = next;
    remember(next);
  }

  function join(next: Run, visits = false): void {
    run = next;
    isVisit = visits;
    isOpen = false;
    live?.close();
    batch(() => {
      store.runId.value = next.id;
      store.connection.value = { state: "connecting" };
      store.experiment.value = next.experiment;
      store.original.value = "";
      store.revivedAt.value = null;
      store.problems.value = {};
      seeker.drop();
      unpinAfter(-1);
    });
    const address = `${location.origin.replace(/^http/, "ws")}/api/runs/${next.id}/live`;
    live = openLive<store.Experiment>(address, {
      opened,
      received(message) {
        if (store.connection.value.state !== "live") isLive();
        if (message.type === "frame") newest = message.seq;
        way.peek().received(message);
      },
      told,
      lost,
      ended,
    });
  }

  function opened(): void {
    isOpen = true;
    revived = Infinity;
    if (store.connection.value.state === "lost") void checkVersion(); // the server may have come back as another one
    void live?.command("watch", { views: way.peek().views() });
    for (const [op, parts] of openings) void live?.command(op, parts);
    openings = [];
    if (store.wantsPlaying.value !== null) void playOrPause(store.wantsPlaying.value ? "play" : "pause");
    wishes.resume();
  }

  function isLive(): void {
    batch(() => {
      store.connection.value = { state: "live" };
      store.isRecording.value = false;
    });
  }

  /** How this page stands to the run. */
  function told(news: Told): void {
    const { right, watchers, is_saving, revived: now } = news as Standing;
    if (now > revived) revivedAfter = newest;
    revived = now;
    batch(() => {
      store.isReadOnly.value = right === "watch";
      store.watchers.value = watchers;
      store.isSaving.value = is_saving;
    });
  }

  function lost(retryAt: number): void {
    isOpen = false;
    store.connection.value = { state: "lost", retryAt };
  }

  /** A run that was never seen here is quietly made anew; one that was watched is not taken away without a word. */
  function ended(code: number, reason: string): void {
    isOpen = false;
    store.wantsPlaying.value = null;
    if (code === NOT_ENTERED) return void coming().then(({ goToTheDoor }) => goToTheDoor());
    if (store.scene.value === null && !isVisit)
      void create(store.experiment.value, { notice: store.notice.value || goneNotice });
    else store.connection.value = { state: "ended", reason: reason ? t(reason) : t("The server has ended this run.") };
  }

  /** Make a run of an experiment, or of another playground's link, and join it. */
  async function create(wanted: unknown, beginning: Beginning = {}): Promise<void> {
    clearTimeout(retry);
    store.refusal.value = null;
    const attempt = ++attempts;
    const made = await newRun(wanted);
    if (attempt !== attempts) return;
    if ("message" in made) return refuse(wanted, beginning, made);
    store.notice.value = beginning.notice ?? "";
    if (run) past.add(made.experiment, []);
    past.made(0);
    past.forget(false);
    openings = [["speed", USUAL_SPEED]];
    const foreign = valueAt(wanted, "link");
    if (typeof foreign === "string") void coming().then(({ showAsThere }) => showAsThere(foreign));
    if (beginning.plays) openings.push(["play", { until_epoch: store.AUTOPLAY_EPOCHS }]);
    enter(made);
  }

  /** Join a run whose experiment is then the wanted one. */
  function enter(next: Run, visits = false): void {
    join(next, visits);
    wishes.accept(next.experiment);
    hold(next);
  }

  /** Go on in a run of its own from the moment that is shown; this one stays as it is, at its own address. */
  async function fork(from: Run, first?: store.Wish): Promise<void> {
    await seeker.arrive();
    const made = await forkedRun(from.id);
    if (run?.id !== from.id) return;
    if ("message" in made) return void (store.notice.value = t("There is no fork. {reason}", { reason: made.message }));
    openings = [["speed", store.frame.value?.speed ?? USUAL_SPEED]];
    const way = store.changes.value.filter(({ epoch }) => epoch <= store.exactEpoch.value);
    enter(made);
    past.forget(true);
    store.changes.value = way;
    store.original.value = runLink(from.id);
    if (first) carryOut({ op: "change", ...first });
  }

  /** Watch a run that somebody's link names. */
  async function visit(id: string): Promise<void> {
    const found = await livingRun(id);
    if ("message" in found) goBack(t("This run cannot be opened. {reason}", { reason: found.message }));
    else enter({ id, experiment: found.experiment }, true);
  }

  function change(wish: store.Wish | null): void {
    endAutoplay();
    void seeker.arrive();
    if (wish) wishes.add(wish);
  }

  /** No run could be made: try again if the server may yet take it, else say why. */
  function refuse(wanted: unknown, beginning: Beginning, { message, retrySeconds, isFull = false }: Refusal): void {
    if (retrySeconds === null && wanted !== store.catalogue.default) return refuseLink(message);
    if (retrySeconds === null) return void (store.notice.value = message);
    const again = () => void create(wanted, beginning);
    store.refusal.value = { message, isFull, retryAt: Date.now() + retrySeconds * 1000, again };
    retry = setTimeout(again, retrySeconds * 1000);
  }

  /** A link that cannot be opened leaves all as it was. */
  function refuseLink(reason: string): void {
    goBack(t("This link cannot be opened. {reason}", { reason: t(reason) }));
  }

  /** To the run that is there, to the one this tab had, or to the default. */
  function goBack(notice: string): void {
    store.notice.value = notice;
    if (store.roomCode.value) return;
    const last = lastRun();
    if (live && run) remember(run);
    else if (last) join(last);
    else void create(store.catalogue.default, { notice });
  }

  /** This tab's run, as it was before the page was loaded again. */
  function rejoin(remembered: Run): void {
    const way = rememberedWay(remembered.id);
    join(remembered);
    goneNotice = t("The run of before is gone: the server has ended it. This is a new one of the same experiment.");
    if (!way) return;
    store.changes.value = way.changes;
    past.restore(way);
  }

  /** What a reload would take away. */
  function rememberAll(): void {
    if (run) rememberWay({ run: run.id, changes: store.changes.value, ...past.kept() });
  }

  function endAutoplay(): void {
    if (!store.isAutoplay.value) return;
    store.isAutoplay.value = false;
    void playOrPause("pause");
  }

  /** Said as soon as there is a connection, and again when it breaks before the answer. */
  async function playOrPause(op: "play" | "pause"): Promise<void> {
    const answer = isOpen ? await live?.command(op) : null;
    store.wantsPlaying.value = answer ? null : op === "play";
  }

  function carryOut(command: store.Command): void {
    if (store.isReadOnly.value && !FREE.includes(command.op)) {
      const only = t("You are watching: nothing can be changed here.");
      return command.op === "edit" ? command.answered(only) : void (store.announcement.value = only);
    }
    switch (command.op) {
      case "visit":
        return void visit(command.id);
      case "restart":
        return void create(command.experiment);
      case "change":
        if (store.connection.value.state === "ended") return void create(command.experiment);
        past.add(command.experiment, command.paths);
        return change(command);
      case "undo":
      case "redo":
        return inTurn(() => turn(command.op));
      case "edit":
        return void edit(command);
      case "reset":
        return inTurn(() => reset(command.change));
      default:
        steer(command);
    }
  }

  /** Set a weight, and remember what it was. */
  async function edit({ weight, answered }: store.Edit): Promise<void> {
    answered(await setWeight(weight, (set) => past.addWeight(set)));
  }

  /** Hands over what was set, with what it was to the last bit. Returns why it could not be, or "". */
  async function setWeight(weight: store.WeightChange, done?: (set: store.WeightChange) => void): Promise<string> {
    const { layer, unit, input, after: value } = weight;
    store.isAutoplay.value = false;
    void seeker.arrive();
    const answer = isOpen ? await live?.command("edit", { layer, unit, input, value }) : null;
    if (answer?.type === "ack") {
      const set = { ...weight, before: answer.before ?? weight.before };
      if (answer.step) pinWeight(answer.step, set);
      done?.(set);
    }
    return answer ? t(answer.error?.message ?? "") : store.NOT_CONNECTED;
  }

  /** Go back to before what was changed after so many updates. Tells whether that could be. */
  async function takeBack(step: number): Promise<boolean> {
    endAutoplay();
    await seeker.arrive();
    return (await live?.command("take_back", { step }))?.type === "ack";
  }

  /** Start again, perhaps as another experiment. What was before can be brought back. */
  async function reset(change?: store.Wish): Promise<void> {
    const before = present();
    const answer = await beginAnew("reset", change?.experiment);
    if (answer)
      past.addReset(before, change?.experiment ?? before.experiment, change?.paths ?? [], answer.past ?? null);
  }

  /** Returns the server's answer; null where it would not, or could not be asked. */
  async function beginAnew(op: "reset" | "bring_back", experiment?: store.Experiment, aside?: number) {
    store.isAutoplay.value = false;
    if (!isOpen) return void (store.announcement.value = store.NOT_CONNECTED);
    void seeker.arrive();
    const before = store.experiment.value;
    if (experiment) wishes.giveWayTo(experiment);
    const answer = await live?.command(op, op === "reset" ? experiment && { experiment } : { past: aside });
    store.problems.value = {};
    if (answer?.type === "ack") {
      store.revivedAt.value = null;
      return answer;
    }
    wishes.accept(before);
    store.notice.value = t(answer?.error?.message ?? "");
    return null;
  }

  /** One after another: what was done before is then known whole, with what the server has put aside. */
  function inTurn(act: () => Promise<void>): void {
    turns = turns.then(act, act);
  }

  /** Undo or redo. */
  async function turn(op: "undo" | "redo"): Promise<void> {
    if (!isOpen) return void (store.announcement.value = store.NOT_CONNECTED);
    const { turned } = await import("./turning.ts");
    await turned(op, past, { beginAnew, takeBack, change, setWeight });
  }

  /** Where to on the way, and how fast: that needs a connection. */
  function steer(command: Steering): void {
    store.isAutoplay.value = false;
    if (command.op === "seek" && isOpen) return seeker.seek(command.moment);
    if (command.op !== "speed") void seeker.arrive();
    if (command.op === "play" || command.op === "pause") return void playOrPause(command.op);
    if (!isOpen) return void (store.announcement.value = store.NOT_CONNECTED);
    if (command.op === "fork") return void (run && fork(run, command.change));
    const { op, ...parts } = command;
    void live?.command(op, parts);
  }

  /** Whether the address is that of a run: its own, or one by which others watch. */
  function opensLink(): boolean {
    const [id, secret] = [linkedRun(), linkedShare()];
    if (id) void visit(id);
    else if (secret) void watch(secret);
    return Boolean(id ?? secret);
  }

  /** Watch a run for which somebody was given a link. */
  async function watch(secret: string): Promise<void> {
    const { run, problem } = await (await coming()).sharedRun(secret);
    if (problem) goBack(problem);
    else await visit(run);
  }

  /** Somebody has put another link into the address. */
  function openAddress(): void {
    if (opensLink()) return;
    const foreign = foreignAddress();
    if (foreign) return void create({ link: foreign });
    const { experiment, problem } = linkedExperiment();
    if (problem) return goBack(problem);
    store.notice.value = "";
    carryOut({ op: "change", experiment: experiment as store.Experiment, paths: [] });
  }

  /** A link of another playground, pasted anywhere but into a text. */
  function openPasted(event: ClipboardEvent): void {
    const isText = event.target instanceof Element && event.target.matches(TEXT_FIELD);
    const foreign = foreignLink(event.clipboardData?.getData("text") ?? "");
    if (foreign && !isText) void create({ link: foreign });
  }

  function begin(): void {
    if (store.roomCode.value || opensLink()) return; // a room says which run is seen in it
    const foreign = foreignAddress();
    if (foreign) return void create({ link: foreign });
    const { experiment, problem } = linkedExperiment();
    if (problem) return goBack(problem);
    const remembered = rememberedRun(experiment);
    if (remembered) return rejoin(remembered);
    const isCalm = store.savesData || matchMedia("(prefers-reduced-motion: reduce)").matches;
    store.isAutoplay.value = location.hash.length <= 1 && !isCalm;
    void create(experiment, { plays: store.isAutoplay.value });
    if (store.isAutoplay.value) setTimeout(bridgeTheWait, WAIT_MS);
  }

  /** Show a first visit at least how it would learn. */
  function bridgeTheWait(): void {
    if (store.frame.value || !store.isAutoplay.value) return;
    void import("./recording.ts").then(({ showRecording }) => showRecording(views));
  }

  store.onCommand(carryOut);
  effect(() => {
    const wanted = way.value.views();
    if (isOpen) void live?.command("watch", { views: wanted });
  });
  addEventListener("pagehide", rememberAll);
  addEventListener("hashchange", openAddress);
  addEventListener("paste", openPasted);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return;
    endAutoplay();
    rememberAll();
  });
  begin();
}
