/** Numbers as people read them: three digits that matter, a real minus sign, never exponent noise. */

const SMALLEST = 1e-5;
const LARGEST = 1e6;

/** 0.0153 → "0.0153", 12345 → "12,300", 0.00000012 → "1.2 × 10⁻⁷". */
export function number(value: number | undefined, digits = 3): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < SMALLEST || size >= LARGEST)) return scientific(value);
  const rounded = Number(value.toPrecision(digits));
  return minus(rounded.toLocaleString("en", { maximumFractionDigits: 8 }));
}

/** A loss or a gradient: three decimals, so that the digits stand still while it falls. */
export function loss(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return size >= 0.001 && size < 100 ? value.toFixed(3) : number(value, 2);
}

/** A weight or what is made of it: two decimals, so that the digits stand still while it moves. */
export function weight(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return size >= 0.01 && size < 100 ? minus(value.toFixed(2)) : number(value, size < 0.01 ? 1 : 3);
}

export function percent(share: number | undefined, decimals = 1): string {
  return share === undefined ? "–" : `${(share * 100).toFixed(decimals)}%`;
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

function scientific(value: number): string {
  const [digits = "0", power = "0"] = value.toExponential(1).split("e");
  const raised = [...minus(power).replace("+", "")].map((c) => (c === "−" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
  return `${minus(digits)} × 10${raised}`;
}

function minus(text: string): string {
  return text.replace("-", "−");
}
