/** The landscape as the server draws it: part by part, from coarse to fine, for as long as somebody looks at it. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../language.ts";
import { partsOf } from "../../parts.ts";
import { answer, Refused } from "../../server.ts";
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
    const { body } = await answer(address, { signal });
    if (body) for await (const blob of partsOf(body)) tell(toldBy(decode(blob) as unknown as Part));
    tell({ done: null });
  } catch (error) {
    const problem = error instanceof Refused ? error.message : t("The connection was lost while it was drawn.");
    tell({ done: null, problem });
  }
}

function toldBy(part: Part): Partial<Survey> {
  if (part.type === "progress") return { done: part.done };
  if (part.type === "error") return { problem: t(part.error.message) };
  return { landscape: part, done: part.done };
}
