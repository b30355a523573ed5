/** Scales: from the values of a chart to its pixels, and the round numbers that are written beside it. */

export type Scale = (value: number) => number;
export type Range = readonly [low: number, high: number];

const TINY = 1e-9;
const MOST_LEVELS = 6;
const MOST_STEPS = 4;

/** A round step that cuts `span` into no more than `most` parts. */
export function roundStep(span: number, most: number): number {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((digit) => digit * power >= rough) ?? 10) * power;
}

/** What a chart of losses shows where these are the lowest and the highest; on a log scale the lowest above zero. */
export function lossRange([low, high]: Range, isLog: boolean): Range {
  if (!(high > 0)) return isLog ? [0.01, 1] : [0, 1];
  return isLog ? [Math.min(low * 0.8, high / 20), high * 1.15] : [0, high * 1.08];
}

/** From a round share below all of them up to everything. */
export function shareRange(low: number): Range {
  return [Math.max(0, Math.floor(Math.min(0.9, low) * 10 - 0.5) / 10), 1];
}

/** The range over so many pixels, the high end at the top; what lies below a log scale stands at its floor. */
export function heightScale([low, high]: Range, isLog: boolean, top: number, height: number): Scale {
  if (!isLog) return (value) => top + ((high - value) / (high - low)) * height;
  const span = Math.log(high / low);
  return (value) => top + (Math.log(high / Math.max(low, value)) / span) * height;
}

/** The round values within a range, to draw lines at: on a log scale the powers of ten, with thrice each where few. */
export function levelsOf([low, high]: Range, isLog: boolean): number[] {
  const step = roundStep(high - low, MOST_STEPS);
  if (!isLog) return Array.from({ length: Math.floor((high - low) / step + TINY) + 1 }, (_, i) => low + i * step);
  const levels = decades(low, high, [1, 3]);
  return levels.length <= MOST_LEVELS ? levels : thinned(decades(low, high, [1]), MOST_LEVELS);
}

/** All numbers between two positive ones that are one of the digits times a power of ten. */
function decades(low: number, high: number, digits: readonly number[]): number[] {
  const levels: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of digits) levels.push(Number((digit * 10 ** power).toPrecision(1)));
  }
  return levels.filter((level) => level >= low && level <= high);
}

/** Every second, third ... so that no more than `most` are left. */
function thinned(levels: readonly number[], most: number): number[] {
  const every = Math.ceil(levels.length / most);
  return levels.filter((_, i) => (levels.length - 1 - i) % every === 0);
}
