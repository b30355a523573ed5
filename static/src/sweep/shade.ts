/** From a value to the colour of its cell, and to ink that can be read on it. */
import { ramp, rgb, type Palette } from "../draw/color.ts";

export interface Shades {
  readonly low: number;
  readonly high: number;
  readonly at: (value: number) => string;
  readonly ink: (value: number) => string;
}

const BYTE = 255;
const DARKEST_UNDER_BLACK = 0.179;

/** From the palest at the lowest value to the strongest at the highest; of losses by their logarithms. */
export function shadesOf(values: readonly number[], isLog: boolean): Shades {
  const known = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const isByPowers = isLog && low > 0;
  const span = isByPowers ? Math.log(high / low) : high - low;
  const share = (value: number) => (span > 0 ? (isByPowers ? Math.log(value / low) : value - low) / span : 0.5);
  const colors = palette();
  const color = (value: number) => unpacked(colors[Math.round(BYTE * share(value))] ?? 0);
  return {
    low,
    high,
    at: (value) => `rgb(${color(value).join(" ")})`,
    ink: (value) => (luminance(color(value)) > DARKEST_UNDER_BLACK ? "#000" : "#fff"),
  };
}

function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => rgb(style.getPropertyValue(`--color-${name}`).trim());
  return ramp(token("low"), token("high"));
}

function unpacked(shade: number): number[] {
  return [shade & BYTE, (shade >> 8) & BYTE, (shade >> 16) & BYTE];
}

/** Relative luminance, as WCAG 2 has it: black and white are equally far from 0.179. */
function luminance(color: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = color.map((channel) => {
    const c = channel / BYTE;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
