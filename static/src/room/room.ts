/** The room that this page is in: what the server tells of it, which run is to be seen, and what its members ask for. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { t } from "../language.ts";
import { openLive, type Live, type Told } from "../socket.ts";
import { announcement, give, notice, original, roomCode, runId } from "../store.ts";

/** What all are told. `run`: the one that those see who follow; "" is the Descent lab. */
export interface Room extends Told {
  readonly type: "room";
  readonly code: string;
  readonly run: string;
  readonly presenter: string;
  readonly spotlight: { readonly number: number; readonly name: string } | null;
  readonly is_frozen: boolean;
  readonly people: number;
  readonly pushes: number;
}

/** How this page stands to it. `run`: of one's own, while exploring. */
export interface You extends Told {
  readonly type: "you";
  readonly number: number;
  readonly name: string;
  readonly role: "presenter" | "host" | "member";
  readonly is_host: boolean;
  readonly run: string;
}

/** Somebody else, as the presenter is told. */
export interface Person {
  readonly number: number;
  readonly name: string;
  readonly is_here: boolean;
  readonly run: string;
  readonly status: string | null;
  readonly epoch: number | null;
  readonly accuracy: number | null;
  readonly loss: number | null;
}

/** The document of the Descent lab, where the room shows that. */
interface LabNews extends Told {
  readonly type: "lab";
  readonly descent: object;
}

/** How far a descent is: in steps, and how many it makes a second. `heardAt`: as performance.now. */
export interface LabMoment extends Told {
  readonly type: "moment";
  readonly at: number;
  readonly is_playing: boolean;
  readonly speed: number;
  readonly heardAt: number;
}

interface People extends Told {
  readonly type: "people";
  readonly people: readonly Person[];
}

export const room = signal<Room | null>(null);
export const you = signal<You | null>(null);
export const people = signal<readonly Person[]>([]);
export const isPresenter = computed(() => you.value?.role === "presenter");
export const isExploring = computed(() => Boolean(you.value?.run));
export const isWallOpen = signal(false);
export const shownLab = signal<object | null>(null);
export const shownMoment = signal<LabMoment | null>(null);
/** Counts how often the room was reached. */
export const arrivals = signal(0);
const showsLab = computed(() => room.value?.run === "");

/** The run that is to be seen here. */
const wanted = computed(() => you.value && room.value && (you.value.run || room.value.run));
/** The run that was last gone to because the room shows it. */
let shown = "";
let live: Live | null = null;

/** What the presenter is called, in a sentence. */
export function presenterName(): string {
  return room.value?.presenter || t("the presenter");
}

/** What somebody is called. */
export function nameOf({ name, number }: { readonly name: string; readonly number: number }): string {
  return name || t("Guest {number}", { number });
}

/** Ask something of the room. Why it cannot be is told above the columns. */
export async function ask(op: string, parts: object = {}): Promise<boolean> {
  const answer = await live?.command(op, parts);
  if (answer?.type === "error") notice.value = t(answer.error?.message ?? "");
  return answer?.type === "ack";
}

/** Go on alone, from the moment that is shown; in the lab, with the same descent beside it. */
export function explore(): void {
  if (showsLab.value) open(`/descent${location.hash}`, "_blank", "noopener");
  else give({ op: "fork" });
}

export function follow(): void {
  void ask("follow");
}

function told(news: Told): void {
  const before = room.value;
  if (news.type === "you") you.value = news as You;
  if (!isPresenter.value) isWallOpen.value = false;
  if (news.type === "lab") shownLab.value = (news as LabNews).descent;
  if (news.type === "moment") shownMoment.value = { ...(news as LabMoment), heardAt: performance.now() };
  if (news.type === "people") people.value = (news as People).people;
  if (news.type !== "room") return;
  room.value = news as Room;
  const change = changeOf(before, room.value);
  if (change) announcement.value = change;
}

/** What of it is said aloud. */
function changeOf(before: Room | null, now: Room): string {
  const name = presenterName();
  if (!before) return t("You are in room {code}.", { code: now.code });
  if (now.is_frozen !== before.is_frozen)
    return now.is_frozen ? t("{name} has stopped all for a moment.", { name }) : t("All goes on.");
  if (now.pushes > before.pushes) return t("Those who explore have the experiment of {name} now.", { name });
  if (now.spotlight && now.spotlight.number !== before.spotlight?.number)
    return now.spotlight.number === you.value?.number
      ? t("All see what you do.")
      : t("All see what {name} does.", { name: nameOf(now.spotlight) });
  return now.presenter === before.presenter ? "" : t("{name} presents now.", { name });
}

const NOT_ENTERED = 4401;
const NO_SUCH_ROOM = 4404;

/** The room is over, or this browser is not in it. */
function ended(code: number, reason: string): void {
  if (code === NO_SUCH_ROOM || code === NOT_ENTERED)
    return location.assign(`/join?code=${encodeURIComponent(roomCode.value)}`);
  history.replaceState(null, "", `${showsLab.value ? "/descent" : "/"}${location.search}${location.hash}`);
  notice.value = t(reason);
  roomCode.value = "";
}

/** Be in the room of the address from now on, and follow it when it changes. */
effect(() => {
  const code = roomCode.value;
  live?.close();
  live = null;
  room.value = you.value = shownLab.value = shownMoment.value = null;
  if (!code) return;
  const address = `${location.origin.replace(/^http/, "ws")}/api/rooms/${code}/live`;
  const nothing = () => undefined;
  const opened = () => void (arrivals.value += 1);
  live = openLive<never>(address, { opened, received: nothing, lost: nothing, told, ended });
});

/** In a room one knows where a copy comes from. */
effect(() => {
  if (roomCode.value && original.value) original.value = "";
});

/** The room shows another run: go there. */
effect(() => {
  const next = wanted.value;
  if (!next || next === shown) return;
  shown = next;
  if (untracked(() => runId.value) !== next) give({ op: "visit", id: next });
});

/** This page has gone to another run by itself: the presenter shows that one, anybody else explores it. */
effect(() => {
  const now = runId.value;
  const [next, leads] = untracked(() => [wanted.value, isPresenter.value]);
  if (!now || !next || now === next || now === shown) return;
  void ask(leads ? "show" : "explore", { run: now }).then((isDone) => {
    if (!isDone) give({ op: "visit", id: next });
  });
});
