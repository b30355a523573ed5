/** Shares whose size matters more than their digits. */
import { percent } from "../../format.ts";

const ROUGH_DIGITS = 2;
const MOST_DECIMALS = 4;

/** A share in percent, with two digits that matter: 0.00123 → "0.12%". */
export function roughPercent(share: number): string {
  const digits = Math.floor(Math.log10(100 * Math.abs(share) || 1)) + 1;
  return percent(share, Math.max(0, Math.min(MOST_DECIMALS, ROUGH_DIGITS - digits)));
}
