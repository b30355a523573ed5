/** The loss landscape of one or several runs: a map or a relief, their ways on it, and how they stand. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { drawLandscape, type Walked } from "../../draw/landscape.ts";
import type { Terrain } from "../../draw/terrain.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { Picture } from "../picture.tsx";
import { angle, Turner, turning } from "../turning.tsx";
import { Planes, type Chosen } from "./choices.tsx";
import { Standings } from "./standings.tsx";
import "./style.ts";
import { useSurvey, type Landscape as Seen, type Survey } from "./survey.ts";
import { stopOf, trackOf, waysOf, wayTo, type Stop, type Walker, type Way } from "./way.ts";

export interface LandscapeProps {
  /** The first is the one whose loss is drawn; all have the same layers. */
  readonly runs: readonly Walker[];
  /** What it is of, in a word: where that is another, all is drawn anew. */
  readonly of: string;
  /** About how long the server works for it. */
  readonly seconds: number;
  /** Nobody trains at the moment. */
  readonly isResting: boolean;
  /** What is to be seen: `useChoices` has it, and `Tools` are for some of it. */
  readonly chosen: Chosen;
}

/** What takes longer is drawn only when somebody asks for it. */
const MOST_SECONDS = 5;
/** So many times as many updates are another way: at rest, and while it trains. */
const LONGER = { resting: 1.5, training: 2 } as const;

export function Landscape({ runs, of, seconds, isResting, chosen }: LandscapeProps) {
  const isCheap = seconds <= MOST_SECONDS;
  const isWanted = isCheap || chosen.turn.value > 0;
  const survey = useSurvey(isWanted ? chosen.asked(runs.map(({ id }) => id)) : null, of).value;
  const seen = survey.landscape;
  const terrain = useMemo(() => (seen ? terrainOf(seen) : null), [seen]);
  const known = useMemo(() => (seen ? waysOf(seen) : []), [seen]);
  const ways = useGrown(seen, known, runs);
  const hasLeft = !!terrain && ways.some(({ now }, i) => isOutside(terrain, now) && !isOutside(terrain, known[i]?.now));
  const growth = Math.max(0, ...ways.map(({ now }, i) => now.step / (known[i]?.now.step ?? 0)));
  const isOld = isResting ? hasLeft || growth > LONGER.resting : growth > LONGER.training;
  useEffect(() => chosen.see(seen), [seen]);
  useEffect(() => {
    if (isOld && isCheap && seen?.is_whole && survey.done === null && !survey.problem) chosen.turn.value++;
  }, [isOld, survey.done]);
  return (
    <div class="landscape" aria-busy={survey.done !== null}>
      <Ground terrain={terrain} runs={runs} ways={ways} isRelief={chosen.isRelief.value}>
        {!seen && isWanted && <p class="quiet">{survey.problem || t("The landscape is drawn.")}</p>}
        {!isWanted && <Offer seconds={seconds} chosen={chosen} />}
      </Ground>
      <div class="landscape-side">
        <Standings runs={runs} ways={ways} seen={seen} terrain={terrain} />
        <Planes chosen={chosen} />
        <p class="quiet" role="status">
          {seen && stateOf(survey, hasLeft)}
        </p>
      </div>
    </div>
  );
}

/** What is to be known of the drawing, where it is not simply there. */
function stateOf({ problem, done }: Survey, hasLeft: boolean): string {
  if (problem) return problem;
  if (done !== null) return t("It becomes finer.");
  return hasLeft ? t("The run has left the map: draw it again.") : "";
}

/** For a large network: what the server would have to do. */
function Offer({ seconds, chosen }: { seconds: number; chosen: Chosen }) {
  return (
    <button type="button" class="button outlined" onClick={() => chosen.turn.value++}>
      {t("Draw it: {seconds} s of work", { seconds: format.number(seconds, 1) })}
    </button>
  );
}

interface GroundProps {
  readonly terrain: Terrain | null;
  readonly runs: readonly Walker[];
  readonly ways: readonly Way[];
  readonly isRelief: boolean;
  readonly children: preact.ComponentChildren;
}

function Ground({ terrain, runs, ways, isRelief, children }: GroundProps) {
  const shown = useSignal<Omit<GroundProps, "children"> | null>(null);
  useEffect(() => void (shown.value = { terrain, runs, ways, isRelief }));
  return (
    <div class={`landscape-ground ${isRelief ? "relief" : ""}`} {...(isRelief ? turning() : {})}>
      <Picture
        label={t("The training loss over a plane through weight space, and the way on it")}
        describedBy="landscape-summary"
        draw={(pen, inks) => {
          const now = shown.value;
          if (now?.terrain)
            drawLandscape(pen, now.terrain, walked(now.runs, now.ways), now.isRelief ? angle.value : null, inks);
        }}
      />
      {isRelief && <Turner />}
      {children}
    </div>
  );
}

function walked(runs: readonly Walker[], ways: readonly Way[]): Walked[] {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return ways.flatMap((way, i) => {
    const run = runs[i];
    if (!run) return [];
    const { place, loss } = way.now;
    return [{ track: trackOf(run, token(run.color), way), headColor: token(run.headColor ?? run.color), place, loss }];
  });
}

const shapes = new WeakMap<Seen, Terrain>();

function terrainOf(seen: Seen): Terrain | null {
  const kept = shapes.get(seen);
  const losses = seen.arrays["landscape/losses"]?.data;
  if (kept || !seen.window || !losses?.length) return kept ?? null;
  const [left, right, bottom, top] = seen.window;
  const window = [
    [left, right],
    [bottom, top],
  ] as const;
  const terrain = { window, values: Float32Array.from(losses), isWide: true };
  shapes.set(seen, terrain);
  return terrain;
}

function isOutside({ window }: Terrain, { place }: Pick<Stop, "place"> = { place: [] }): boolean {
  return window.some(([low, high], axis) => (place[axis] ?? 0) < low || (place[axis] ?? 0) > high);
}

/** The ways with what the runs have gone since they were drawn, as far as the page has seen it. */
function useGrown(seen: Seen | null, known: readonly Way[], runs: readonly Walker[]): readonly Way[] {
  const grown = useRef<{ of: Seen | null; ways: readonly Way[] }>({ of: null, ways: [] });
  if (grown.current.of !== seen) grown.current = { of: seen, ways: known };
  grown.current.ways = grown.current.ways.map((way, i) => {
    const standing = runs[i]?.standing;
    const now = seen && standing ? stopOf(seen, standing) : null;
    return now && now.step !== way.now.step ? wayTo(way, now) : way;
  });
  return grown.current.ways;
}
