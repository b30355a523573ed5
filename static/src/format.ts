/** Numbers as the reader's language writes them: three digits that matter, a real minus sign, never exponent noise. */
import { language } from "./language.ts";

const SMALLEST = 1e-5;
const LARGEST = 1e6;
/** Beyond it decimals say nothing. */
const MOST_FIXED = 1e9;

const plainly = new Intl.NumberFormat(language, { maximumFractionDigits: 8 });
/** A thousand is not set apart: 1987 may be a year. */
const measured = new Intl.NumberFormat(language, { maximumFractionDigits: 8, useGrouping: "min2" });
const DECIMAL_SIGN = plainly.format(0.5).charAt(1);

/** 0.0153 → "0.0153", 12345 → "12,300", 0.00000012 → "1.2 × 10⁻⁷". */
export function number(value: number | undefined, digits = 3): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < SMALLEST || size >= LARGEST)) return scientific(value, digits);
  return minus(measured.format(Number(value.toPrecision(digits))));
}

/** A loss or a gradient: three decimals, so that the digits stand still while it falls. */
export function loss(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return size >= 0.001 && size < 100 ? fixed(value, 3) : number(value, 2);
}

/** A weight or what is made of it: two decimals, so that the digits stand still while it moves. */
export function weight(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return size >= 0.01 && size < 100 ? fixed(value, 2) : number(value, size < 0.01 ? 1 : 3);
}

/** With so many decimals, zeros too. */
export function fixed(value: number, decimals: number): string {
  if (Math.abs(value) >= MOST_FIXED) return number(value);
  return minus(inLanguage(value.toFixed(decimals)));
}

export function percent(share: number | undefined, decimals = 1): string {
  if (share === undefined) return "–";
  return percentFormat({ minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(share);
}

/** A share in percent with as many digits as matter: "20%", "0.012%". */
export function share(value: number, digits = 2): string {
  return percentFormat({ maximumSignificantDigits: digits }).format(value);
}

const percentFormats = new Map<string, Intl.NumberFormat>();

/** Each is made once: making one takes longer than using it. */
function percentFormat(digits: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(digits);
  const format = percentFormats.get(key) ?? new Intl.NumberFormat(language, { style: "percent", ...digits });
  percentFormats.set(key, format);
  return format;
}

export function count(value: number): string {
  return plainly.format(value);
}

/** Digits as programs write them, with the language's own decimal sign. */
export function inLanguage(digits: string): string {
  return digits.replace(".", DECIMAL_SIGN);
}

/** Beside a level of a chart, where there is little room: 0.00003 → "3·10⁻⁵". */
export function level(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 0.001 && size < LARGEST)) return number(value);
  return scientific(value, 1).replace(" × ", "·").replace(/^1·/, "");
}

function scientific(value: number, most: number): string {
  const [digits = "0", power = "0"] = Number(value.toPrecision(most)).toExponential().split("e");
  const raised = [...minus(power).replace("+", "")].map((c) => (c === "−" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
  return `${minus(inLanguage(digits))} × 10${raised}`;
}

function minus(text: string): string {
  return text.replace("-", "−");
}
