/**
 * Messages to and from the page around this one. It may send `{type: "playground:load", experiment}`,
 * `{type: "playground:play"}`, `"playground:pause"` and `"playground:reset"`; it is told `{type: "playground:ready"}`
 * once, and `{type: "playground:state", status, epoch, metrics}` at most four times a second.
 */
import { t } from "../language.ts";

const PREFIX = "playground:";
const OPS = ["play", "pause", "reset"] as const;
const PAUSE_MS = 250;

/** How things stand; no state before the run has one. */
export interface Situation {
  readonly run: string;
  /** Why the last thing asked for cannot be; "" when it can. */
  readonly refusal: string;
  readonly state: object | null;
}

/** What a page around this one can have done. */
export interface Playground {
  steer(op: (typeof OPS)[number]): void;
  load(experiment: unknown): void;
  /** Say why something cannot be done. */
  refuse(sentence: string): void;
  /** Call now, and whenever things stand otherwise. */
  watch(changed: (now: Situation) => void): void;
}

interface Asked {
  readonly type: string;
  readonly experiment?: unknown;
}

/** Carry out what the page around this one asks, in its order, and tell it how training goes. */
export function talkWith(page: Window, playground: Playground): void {
  let now: Situation = { run: "", refusal: "", state: null };
  let origin = originAround();
  let changed = () => {};
  let done: Promise<void> = Promise.resolve();
  const tell = teller((message) => {
    if (origin) page.postMessage(message, origin);
    return origin !== "";
  });

  /** A load is done when its run has begun, or when it is refused; then the run before it can go. */
  async function load(experiment: unknown): Promise<void> {
    const before = now.run;
    playground.refuse("");
    playground.load(experiment ?? null);
    await new Promise<void>((settle) => {
      changed = () => {
        if (now.refusal || (now.run !== before && now.state)) settle();
      };
    });
    if (before && now.run !== before) await fetch(`/api/runs/${before}`, { method: "DELETE" }).catch(() => null);
  }

  async function carryOut({ type, experiment }: Asked): Promise<void> {
    const wanted = type.slice(PREFIX.length);
    const op = OPS.find((name) => name === wanted);
    if (op) playground.steer(op);
    else if (wanted === "load") await load(experiment);
    else
      playground.refuse(
        t("The page around this one asks for “{type}”, but can ask only to load, play, pause and reset.", { type }),
      );
  }

  playground.watch((next) => {
    now = next;
    changed();
    tell(next.state);
  });
  addEventListener("message", (event) => {
    if (event.source !== page || !isAsked(event.data) || (origin && event.origin !== origin)) return;
    const asked = event.data;
    origin = event.origin;
    tell(now.state);
    done = done.then(() => carryOut(asked));
  });
}

function isAsked(data: unknown): data is Asked {
  const type = (data as Partial<Asked> | null)?.type;
  return typeof type === "string" && type.startsWith(PREFIX);
}

/** Where the page around this one is from; "" where the browser does not say: then it has to speak first. */
function originAround(): string {
  return location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
}

/** Says once that the page is ready, then each other state, with a pause between two. `send` tells whether it could. */
function teller(send: (message: object) => boolean): (state: object | null) => void {
  let isReady = false;
  let told = "";
  let latest: object | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
    const text = JSON.stringify(latest);
    if (timer || !latest || text === told) return;
    isReady ||= send({ type: `${PREFIX}ready` });
    if (!isReady) return;
    send({ type: `${PREFIX}state`, ...latest });
    told = text;
    timer = setTimeout(() => {
      timer = undefined;
      tell();
    }, PAUSE_MS);
  }

  return (state) => {
    latest = state;
    tell();
  };
}
