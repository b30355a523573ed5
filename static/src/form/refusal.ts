/** Why a typed text is no value for a setting. */
import { t } from "../language.ts";
import { shownText } from "./controls.tsx";
import type { Schema } from "./schema.ts";

/** "expected a number from 1 to 1024, got “many”". */
export function refusal(got: string, schema: Schema): string {
  const wanted = wantedOf(schema);
  return got ? t("expected {wanted}, got “{got}”", { wanted, got }) : t("expected {wanted}, got nothing", { wanted });
}

function wantedOf(schema: Schema): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  const [low, high] = [minimum ?? exclusiveMinimum, maximum ?? exclusiveMaximum];
  if (low === undefined || high === undefined) return t("a number");
  const ends = { low: shownText(low, schema), high: shownText(high, schema) };
  if (exclusiveMaximum !== undefined) return t("a number from {low} to below {high}", ends);
  return minimum === undefined ? t("a number above {low} to {high}", ends) : t("a number from {low} to {high}", ends);
}
