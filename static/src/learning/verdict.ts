/** What learning curves come to in a sentence or two: the network beside the best flat model, with little and with all. */
import { count, number } from "../format.ts";
import { inline, t } from "../language.ts";
import type { Line } from "./curve.ts";
import { nameOf } from "./words.ts";

/** Gains that differ by less than this are the same. */
const ALIKE = 0.03;
const CASES = 100;

export function said(lines: readonly Line[], counts: readonly number[], isShare: boolean): string {
  const known = counts.map((_, i) => i).filter((i) => lines.every(({ middle }) => Number.isFinite(middle[i])));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || !lines.length) return "";
  const network = lines.find(({ model }) => model === "network");
  const flat = lines.filter(({ model }) => model !== "network");
  const at = (i: number) => {
    const samples = count(counts[i] ?? 0);
    return network
      ? beside(network, bestOf(flat, i), i, samples, isShare)
      : alone(bestOf(flat, i), i, samples, isShare);
  };
  return first === last
    ? at(first)
    : [at(first), at(last), gained(network, flat, first, last)].filter(Boolean).join(" ");
}

function bestOf(lines: readonly Line[], i: number): Line | undefined {
  return [...lines].sort((a, b) => (b.middle[i] ?? NaN) - (a.middle[i] ?? NaN))[0];
}

function beside(network: Line, flat: Line | undefined, i: number, samples: string, isShare: boolean): string {
  if (!flat) return alone(network, i, samples, isShare);
  const values = {
    samples,
    network: shown(network, i, isShare),
    flat: shown(flat, i, isShare),
    name: inline(nameOf(flat, isShare)),
  };
  return isShare
    ? t(
        "With {samples} samples the network is right in {network} of 100 cases, the best flat model ({name}) in {flat}.",
        values,
      )
    : t(
        "With {samples} samples the network explains {network} of 100 parts of the variance, the best flat model ({name}) {flat}.",
        values,
      );
}

function alone(line: Line | undefined, i: number, samples: string, isShare: boolean): string {
  if (!line) return "";
  const values = { samples, name: inline(nameOf(line, isShare)), share: shown(line, i, isShare) };
  return isShare
    ? t("With {samples} samples the best ({name}) is right in {share} of 100 cases.", values)
    : t("With {samples} samples the best ({name}) explains {share} of 100 parts of the variance.", values);
}

function shown(line: Line, i: number, isShare: boolean): string {
  const share = CASES * (line.middle[i] ?? NaN);
  return number(Math.round(isShare ? share : Math.max(0, share)), 3);
}

/** Whom more data help more; worse than the mean is nothing. */
function gained(network: Line | undefined, flat: readonly Line[], first: number, last: number): string {
  if (!network || !flat.length) return "";
  const best = (i: number) => Math.max(...flat.map(({ middle }) => Math.max(0, middle[i] ?? 0)));
  const own = Math.max(0, network.middle[last] ?? 0) - Math.max(0, network.middle[first] ?? 0);
  const more = own - (best(last) - best(first));
  if (Math.abs(more) < ALIKE) return t("More data help both alike.");
  return more > 0 ? t("More data help the network more.") : t("More data help the flat model more.");
}
