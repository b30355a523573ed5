/** For a first visit that waits for its run: a recording of how its experiment learns, painted here. */
import { effect } from "@preact/signals";
import { newPainter, painting, wantedOf } from "../painter/frugal.ts";
import * as store from "../store.ts";
import { decode, type Message } from "../wire.ts";
import { receiver } from "./arrivals.ts";

const PICTURE_MS = 50;
const SIZE_BYTES = 4;

const ignore = () => {};

/** Show it until the run is there, the server will have none, or somebody wants something else. */
export async function showRecording(views: () => readonly string[]): Promise<void> {
  const messages = await fetched();
  if (!messages.length || store.frame.value || !isWanted()) return;
  const painter = newPainter();
  const receive = receiver({ sceneCame: ignore, frameDrawn: ignore });
  const pass = painting(painter, receive, () => wantedOf(views()), { value: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = 0;

  function play(): void {
    for (let message = messages[next]; message; message = messages[++next]) {
      pass(message);
      if (message.type === "frame") break;
    }
    if (++next < messages.length) timer = setTimeout(play, PICTURE_MS);
  }

  store.isRecording.value = true;
  play();
  const stop = effect(() => {
    if (isWanted()) return;
    clearTimeout(timer);
    painter.terminate();
    if (store.refusal.value) store.isRecording.value = false;
    stop();
  });
}

function isWanted(): boolean {
  return store.isAutoplay.value && store.connection.value.state !== "live" && !store.refusal.value;
}

/** The messages, each behind its size; none where they cannot be had. */
async function fetched(): Promise<readonly Message<store.Experiment>[]> {
  const response = await fetch("/recording").catch(() => null);
  if (!response?.ok) return [];
  const blob = await response.arrayBuffer();
  const sizes = new DataView(blob);
  const messages: Message<store.Experiment>[] = [];
  for (let start = 0; start < blob.byteLength;) {
    const end = start + SIZE_BYTES + sizes.getUint32(start, true);
    messages.push(decode(blob.slice(start + SIZE_BYTES, end)));
    start = end;
  }
  return messages;
}
