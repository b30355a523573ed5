/** How numbers and names are written in formulas: so many decimals, a real minus sign, lowered indices. */
import * as format from "../../format.ts";
import { t } from "../../language.ts";

/** "−1.30"; what rounds to nothing has no sign. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return "–";
  return format.fixed(Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value, decimals);
}

/** As a factor: "(−1.30)". */
export function factor(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return text.startsWith("−") ? `(${text})` : text;
}

/** As one more term of a sum: " − 1.30". */
export function added(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return text.startsWith("−") ? ` − ${text.slice(1)}` : ` + ${text}`;
}

/** "z" and 12 → "z₁₂". */
export function lowered(symbol: string, ...indices: readonly number[]): string {
  const digits = indices.map((index) => [...String(index)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join(""));
  return symbol + digits.join(",");
}

const MOST_TERMS = 8;

/** "1.08·0.42 − 0.14·(−1.30)"; a long sum keeps its beginning and its end. */
export function sumOfProducts(
  left: readonly number[],
  right: readonly number[],
  decimals: number,
  all = left.length,
): string {
  const terms = left.map((value, i) => added(value, decimals) + `·${factor(right[i] ?? 0, decimals)}`);
  const isShort = all === terms.length && all <= MOST_TERMS;
  const shown = isShort
    ? terms
    : [...terms.slice(0, 3), ` + ${t("… {count} more …", { count: all - 4 })}`, ...terms.slice(-1)];
  return shown.join("").replace(/^ \+ /, "").replace(/^ − /, "−");
}

/** A formula of the schema with numbers for its names: "a = tanh(z)" and z = −1.3 → "tanh(−1.3)". */
export function inserted(formula: string, values: Readonly<Record<string, number>>, decimals: number): string {
  const right = formula.slice(formula.indexOf("=") + 1).trim();
  const names = Object.keys(values).sort((a, b) => b.length - a.length);
  const name = new RegExp(`(?<![\\p{L}_])(${names.join("|")})(?![\\p{L}_])`, "gu");
  return right.replace(name, (found: string, _: string, at: number) => {
    const isRaised = /^[²³^]/.test(right.slice(at + found.length));
    const isFirst = /(^|[(|]|, )$/.test(right.slice(0, at));
    const value = values[found] ?? 0;
    return isFirst && !isRaised ? fixed(value, decimals) : factor(value, decimals);
  });
}
