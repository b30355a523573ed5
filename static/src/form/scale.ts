/** Where a number stands on a slider, and back. */
import type { Schema } from "./schema.ts";

export interface Scale {
  readonly positions: number;
  position(value: number): number;
  value(position: number): number;
}

const POSITIONS = 100;
/** A log slider that may be 0 has 0 at its left end and begins this far below its top. */
const LOG_REACH = 1e-6;

/** The slider of a bounded number: linear, logarithmic, or over the powers of two. */
export function scaleOf(schema: Schema): Scale {
  const low = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const high = schema.maximum ?? schema.exclusiveMaximum ?? 1;
  const isWhole = schema.type === "integer";
  if (schema.scale !== "log")
    return linear(
      low,
      high,
      schema.step ?? (isWhole ? Math.max(1, roundPart(high - low)) : (high - low) / POSITIONS),
      isWhole,
    );
  if (isWhole && low === 1 && Number.isInteger(Math.log2(high))) return powersOfTwo(high);
  return logarithmic(low, high, isWhole, schema.exclusiveMinimum === undefined);
}

function linear(low: number, high: number, step: number, isWhole: boolean): Scale {
  return {
    positions: Math.round((high - low) / step),
    position: (value) => (value - low) / step,
    value: (position) => (isWhole ? Math.round(tidy(low, position, step, high)) : tidy(low, position, step, high)),
  };
}

/** A multiple of the step where one is near: 50, not 51 when the range begins at 1. */
function tidy(low: number, position: number, step: number, high: number): number {
  const value = Math.round((low + position * step) / step) * step;
  return Number(Math.max(low, Math.min(high, value)).toPrecision(10));
}

/** A hundredth of a span, as 1, 2 or 5 times a power of ten. */
function roundPart(span: number): number {
  const part = span / POSITIONS;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, part)));
  return ([1, 2, 5, 10].find((digit) => digit * power >= part) ?? 10) * power;
}

function powersOfTwo(high: number): Scale {
  return {
    positions: Math.log2(high),
    position: (value) => Math.log2(value),
    value: (position) => 2 ** Math.round(position),
  };
}

function logarithmic(low: number, high: number, isWhole: boolean, mayBeLow: boolean): Scale {
  const start = low > 0 ? low : isWhole ? 1 : high * LOG_REACH;
  const span = Math.log(high / start);
  return {
    positions: POSITIONS,
    position: (value) => (value < start ? 0 : (Math.log(value / start) / span) * POSITIONS),
    value: (position) => {
      if (position === 0) return mayBeLow ? low : start;
      const value = Number((start * Math.exp((position / POSITIONS) * span)).toPrecision(2));
      return isWhole ? Math.round(value) : Math.min(high, value);
    },
  };
}
