/** The landscape as the server draws it: part by part, from coarse to fine, for as long as somebody looks at it. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../language.ts";
import { decode, type Arrays } from "../../wire.ts";

export type Kind = "path" | "random" | "gradient";
export type Bounds = readonly [left: number, right: number, bottom: number, top: number];

/** What is asked for: the run that is drawn, and further ones whose paths are to be seen there too. */
export interface Asked {
  readonly ids: readonly string[];
  readonly plane: Kind;
  readonly seed: number;
  readonly window: Bounds | null;
  /** Another number asks for the same again. */
  readonly turn: number;
}

/** What is known of a landscape: core/probes/landscape.py says what is in it. */
export interface Landscape {
  readonly plane: Kind;
  readonly window: Bounds | null;
  readonly kept_variance: readonly number[];
  readonly presents: readonly number[];
  readonly is_whole: boolean;
  readonly offset?: readonly [x: number, y: number];
  readonly arrays: Arrays;
}

/** How far a survey is. */
export interface Survey {
  readonly landscape: Landscape | null;
  /** The share of the work that is done; null while nothing is under way. */
  readonly done: number | null;
  /** Why it has ended before it was whole. */
  readonly problem: string;
}

const NOTHING: Survey = { landscape: null, done: null, problem: "" };
/** A slider that is dragged asks again and again. */
const SOON_MS = 300;
const SIZE_BYTES = 4;

type Part =
  | { readonly type: "progress"; readonly done: number }
  | ({ readonly type: "landscape"; readonly done: number } & Landscape)
  | { readonly type: "error"; readonly error: { readonly message: string } };

/** The survey that is asked for, from when it is until it is another; `of` is what it is of: what was seen of another
 * network is forgotten at once, what was seen of the same one stays until there is more. */
export function useSurvey(asked: Asked | null, of: string): ReadonlySignal<Survey> {
  const survey = useSignal(NOTHING);
  const address = asked && addressOf(asked);
  useEffect(() => void (survey.value = NOTHING), [of]);
  useEffect(() => {
    if (address === null) return;
    const control = new AbortController();
    const tell = (part: Partial<Survey>) => {
      if (!control.signal.aborted) survey.value = { ...survey.value, ...part };
    };
    tell({ done: 0, problem: "" });
    const timer = setTimeout(() => void follow(address, control.signal, tell), SOON_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [address, asked?.turn, of]);
  return survey;
}

function addressOf({ ids: [first = "", ...others], plane, seed, window }: Asked): string {
  const named = [...others.map((id) => ["others", id]), ...(window ?? []).map((side) => ["window", String(side)])];
  return `/api/runs/${first}/landscape?${new URLSearchParams([["plane", plane], ["seed", String(seed)], ...named]).toString()}`;
}

/** Tell all that comes. */
async function follow(address: string, signal: AbortSignal, tell: (part: Partial<Survey>) => void): Promise<void> {
  try {
    const response = await fetch(address, { signal });
    if (!response.ok || !response.body) return tell({ done: null, problem: await refusalOf(response) });
    for await (const blob of partsOf(response.body)) tell(toldBy(decode(blob) as unknown as Part));
    tell({ done: null });
  } catch {
    tell({ done: null, problem: t("The connection was lost while it was drawn.") });
  }
}

function toldBy(part: Part): Partial<Survey> {
  if (part.type === "progress") return { done: part.done };
  if (part.type === "error") return { problem: t(part.error.message) };
  return { landscape: part, done: part.done };
}

async function refusalOf(response: Response): Promise<string> {
  const { error } = (await response.json().catch(() => ({}))) as { error?: { message?: string } };
  return error?.message ? t(error.message) : t("The server answered {status}.", { status: response.status });
}

/** The parts of a stream, each of which has its length before it, as soon as they are whole. */
export async function* partsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<ArrayBuffer> {
  const reader = stream.getReader();
  let got = new Uint8Array();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    got = joined(got, value);
    for (let end = endOf(got); end <= got.length; end = endOf(got)) {
      yield got.slice(SIZE_BYTES, end).buffer;
      got = got.slice(end);
    }
  }
}

/** Where the first part ends; Infinity while that is not known. */
function endOf(bytes: Uint8Array): number {
  if (bytes.length < SIZE_BYTES) return Infinity;
  return SIZE_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}
