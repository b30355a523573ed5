/** What the map of a table shows of its rows, where they have more inputs than a map has sides. */
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { scene } from "../../store.ts";
import { rowOf } from "./rows.ts";

/** So many inputs of a slice are named, each with its value. */
const MOST_NAMED = 4;
/** A plane that leaves less than this share of the variance is all there is. */
const NOTHING = 1e-6;

export function Seen() {
  const says = sentence();
  return says ? <p class="quiet">{says}</p> : null;
}

function sentence(): string {
  const { axes, map_origin: origin } = scene.value ?? {};
  if (!axes || !origin) return "";
  const shares = axes.flatMap(({ share }) => share ?? []);
  return shares.length ? ofPlane(shares) : ofSlice(axes.map(({ name }) => name));
}

function ofPlane(shares: readonly number[]): string {
  const kept = shares.reduce((sum, share) => sum + share, 0);
  if (kept > 1 - NOTHING) return t("The plane in which all rows lie.");
  return t("A plane with {share} of the variance: rows off it may have another answer than the colour there.", {
    share: format.percent(kept, 0),
  });
}

function ofSlice(sides: readonly string[]): string {
  const held = rowOf(scene.value?.map_origin ?? []).filter(({ name }) => !sides.includes(name));
  if (!held.length) return "";
  const named = held.slice(0, MOST_NAMED).map(({ name, text }) => `${name} = ${text}`);
  const [values, more] = [named.join(", "), held.length - named.length];
  return more
    ? t(
        "A slice through {values}, and {count} more inputs at their mean or most frequent category: rows off it may have another answer than the colour there.",
        { values, count: more },
      )
    : t("A slice through {values}: rows off it may have another answer than the colour there.", { values });
}
