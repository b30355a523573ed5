/** The lab in a room: who presents tells what is seen, all others see it at the same moment of it. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { arrivals, ask, isPresenter, shownLab, shownMoment } from "../room/room.ts";
import { isReadOnly, roomCode } from "../store.ts";
import { at, descent, isPlaying, show, showMoment, speed, ways } from "./lab.ts";
import type { Descent } from "./server.ts";

const PAUSE_MS = 100;
/** After another document, which everybody's page asks the server about. */
const LONG_PAUSE_MS = 500;
const BEATS_PER_SECOND = 2;

/** Came into a room, and has not seen yet what it shows. */
const isBehind = signal(Boolean(roomCode.value));
const leads = computed(() => isPresenter.value && !isBehind.value);

effect(() => {
  isReadOnly.value = Boolean(roomCode.value) && !isPresenter.value;
  document.getElementById("page")?.toggleAttribute("data-watching", isReadOnly.value);
});

// --- to follow ---------------------------------------------------------------------------------------------------

effect(() => {
  const document = shownLab.value;
  if (document && !leads.value) untracked(() => show(document as Descent));
});

/** Again when the descent is there that the moment is of. */
effect(() => {
  const [moment, found] = [shownMoment.value, ways.value];
  if (!moment || leads.value) return;
  const seconds = moment.is_playing ? (performance.now() - moment.heardAt) / 1000 : 0;
  untracked(() => showMoment(moment.at + seconds * moment.speed, moment.is_playing, moment.speed));
  if (found) isBehind.value = false;
});

// --- to lead -----------------------------------------------------------------------------------------------------

/** What the server has computed: no other page asks for more than that. */
export const computedLab = computed(() => {
  const { fog, view } = descent.value;
  return ways.value && JSON.stringify({ ...ways.value.descent, fog, view });
});

/** Changes with everything that is to be told; while it plays, now and then. */
const news = computed(() => {
  if (!leads.value || !computedLab.value) return "";
  const beat = isPlaying.value ? Math.floor((BEATS_PER_SECOND * at.value) / speed.value) : at.value;
  return JSON.stringify([arrivals.value, computedLab.value, isPlaying.value, speed.value, beat]);
});

effect(() => {
  if (news.value) untracked(() => void tell());
});

let isTelling = false;
let told = "";
let toldDocument: string | null = "";

/** Tell all how it stands, until they know: one thing at a time, and nothing of what has passed meanwhile. */
async function tell(): Promise<void> {
  if (isTelling) return;
  isTelling = true;
  while (news.value && news.value !== told) {
    told = news.value;
    const isOther = computedLab.value !== toldDocument;
    toldDocument = computedLab.value;
    await ask("show_lab", { ...shown(), at: at.value, is_playing: isPlaying.value, speed: speed.value });
    await new Promise((go) => setTimeout(go, isOther ? LONG_PAUSE_MS : PAUSE_MS));
  }
  isTelling = false;
}

/** What a room would show. */
export function shown(): object {
  return { descent: JSON.parse(computedLab.value ?? "{}") as Descent };
}
