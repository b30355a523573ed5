/** What of weight space is to be seen: which plane, how close, as a map or as a relief. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { anySeed, Check } from "../../form/controls.tsx";
import { t } from "../../language.ts";
import type { Asked, Bounds, Kind, Landscape } from "./survey.ts";

const PLANES: Readonly<Record<Kind, string>> = {
  path: t("Along the way"),
  random: t("Random"),
  gradient: t("Gradient, sharpest"),
};
const KINDS = Object.keys(PLANES) as Kind[];
const ZOOMS = [1, 3, 10, 30] as const;

export interface Chosen {
  readonly plane: Signal<Kind>;
  readonly seed: Signal<number>;
  readonly zoom: Signal<number>;
  readonly isRelief: Signal<boolean>;
  /** How often it was asked for by hand. */
  readonly turn: Signal<number>;
  /** Note how large the whole of it is. */
  see(seen: Landscape | null): void;
  asked(ids: readonly string[]): Asked;
}

/** They stay, but for the zoom, when it is of something else. */
export function useChoices(of: string): Chosen {
  const [plane, seed, zoom] = [useSignal<Kind>("path"), useSignal(0), useSignal(1)];
  const [isRelief, turn, whole] = [useSignal(false), useSignal(0), useSignal<Bounds | null>(null)];
  useEffect(() => {
    [zoom.value, turn.value] = [1, 0];
  }, [of]);
  return useMemo(
    () => ({
      ...{ plane, seed, zoom, isRelief, turn },
      see: (seen) => {
        if (seen && zoom.peek() === 1) whole.value = seen.window;
      },
      asked: (ids) => ({
        ids,
        plane: plane.value,
        seed: seed.value,
        window: closer(whole.peek(), zoom.value),
        turn: turn.value,
      }),
    }),
    [],
  );
}

/** A part of the window around the origin, which is where the run is. */
function closer(whole: Bounds | null, zoom: number): Bounds | null {
  if (!whole || zoom === 1) return null;
  const [left, right, bottom, top] = whole;
  const [across, up] = [(right - left) / 2 / zoom, (top - bottom) / 2 / zoom];
  return [-across, across, -up, up];
}

/** What is done to the whole picture. */
export function Tools({ chosen: { plane, seed, isRelief, turn } }: { chosen: Chosen }) {
  return (
    <>
      <Check isOn={isRelief.value} onChange={(isOn) => (isRelief.value = isOn)}>
        {t("In 3-D")}
      </Check>
      {plane.value === "random" && (
        <button type="button" class="button outlined small" onClick={() => (seed.value = anySeed())}>
          {t("New directions")}
        </button>
      )}
      <button type="button" class="button outlined small" onClick={() => turn.value++}>
        {t("Draw again")}
      </button>
    </>
  );
}

/** Which plane, and how much of it. */
export function Planes({ chosen: { plane, zoom } }: { chosen: Chosen }) {
  return (
    <div class="landscape-planes">
      <label>
        {t("Plane")}
        <select
          value={plane.value}
          onChange={({ currentTarget }) => {
            [plane.value, zoom.value] = [currentTarget.value as Kind, 1];
          }}
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {PLANES[kind]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("Seen")}
        <select value={zoom.value} onChange={({ currentTarget }) => (zoom.value = Number(currentTarget.value))}>
          {ZOOMS.map((each) => (
            <option key={each} value={each}>
              {each === 1 ? t("The whole way") : t("{zoom} times closer", { zoom: each })}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
