/** The live connection to a run: it comes back after every break, and knows when not to. It knows nothing of the page. */
import { decode, type Message } from "./wire.ts";

export interface Answer {
  readonly type: "ack" | "error";
  readonly id: number | null;
  readonly op?: string;
  readonly step?: number;
  readonly restarted?: boolean;
  /** Where the run began anew: the number under which what was before is put aside. */
  readonly past?: number | null;
  /** What a weight was before it was set. */
  readonly before?: number;
  readonly error?: Failure;
}

/** What answers nothing: how things stand. */
export interface Told {
  readonly type: string;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly problems?: readonly { readonly field: string; readonly message: string }[];
}

export interface Watcher<Experiment> {
  opened(): void;
  received(message: Message<Experiment>): void;
  told(news: Told): void;
  /** The connection broke; the next try is at this time (milliseconds, as Date.now). */
  lost(retryAt: number): void;
  /** The run is no more, and no try will bring it back. */
  ended(code: number, reason: string): void;
}

export interface Live {
  /** Have a command carried out, once, however often the connection breaks; resolves with the server's answer, or null
   * when there will be none any more. */
  command(op: string, parts?: object): Promise<Answer | null>;
  /** Tell the server that this frame, and all before it, is drawn. */
  acknowledge(seq: number): void;
  close(): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/** Full jitter: a random pause up to a limit that doubles with each failure, so that many pages do not return at once. */
function retryPause(failures: number, random = Math.random): number {
  return random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
}

/** 4400 to 4499 say that trying again is of no use. */
function isFinal(code: number): boolean {
  return code >= 4400 && code <= 4499;
}

export function openLive<Experiment>(address: string, watcher: Watcher<Experiment>): Live {
  const waiting = new Map<number, { readonly text: string; readonly settle: (answer: Answer | null) => void }>();
  const page = `?page=${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  let socket: WebSocket | null = null;
  let failures = 0;
  let nextId = 1;
  let isClosed = false;

  function connect(): void {
    if (isClosed) return;
    const opened = (socket = new WebSocket(address + page));
    opened.binaryType = "arraybuffer";
    opened.onopen = () => {
      for (const { text } of waiting.values()) opened.send(text); // what was obeyed already is only answered
      watcher.opened();
    };
    opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      failures = 0;
      if (typeof data === "string") heard(JSON.parse(data) as Answer | Told);
      else watcher.received(decode<Experiment>(data));
    };
    opened.onclose = ({ code, reason }) => broken(code, reason);
  }

  function heard(message: Answer | Told): void {
    if (!("id" in message)) return watcher.told(message);
    if (message.id === null) return;
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    asked?.settle(message);
  }

  function broken(code: number, reason: string): void {
    socket = null;
    if (isClosed) return;
    if (isFinal(code)) {
      isClosed = true;
      giveUp();
      return watcher.ended(code, reason);
    }
    const pause = retryPause(failures++);
    watcher.lost(Date.now() + pause);
    setTimeout(connect, pause);
  }

  /** No answer comes any more. */
  function giveUp(): void {
    for (const { settle } of waiting.values()) settle(null);
    waiting.clear();
  }

  function send(text: string): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(text);
  }

  connect();
  return {
    command(op, parts = {}) {
      const id = nextId++;
      const text = JSON.stringify({ id, op, ...parts });
      send(text);
      return new Promise<Answer | null>((settle) => waiting.set(id, { text, settle }));
    },
    acknowledge(seq) {
      send(JSON.stringify({ op: "ack", seq }));
    },
    close() {
      isClosed = true;
      giveUp();
      socket?.close();
    },
  };
}
