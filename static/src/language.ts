/**
 * The page in the reader's language. A text's name is its own English: `t("Undo")`. A language is one file,
 * static/languages/<code>.json, that gives each of these texts in that language, placeholders kept.
 */

/** A translation; where the number in `{count}` decides its form, one for each of the language's plural categories. */
export type Translation = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
type Values = Readonly<Record<string, string | number>>;

export const ENGLISH = "en";
/** The language that the server chose for this page: by what was chosen here, else by what the browser asks for. */
export const language = document.documentElement.lang;

const HOLE = /\{(\w+)\}/g;
const translation = language === ENGLISH ? () => undefined : await (await import("./foreign.ts")).translator(language);
const pluralRules = new Intl.PluralRules(language);

/** An English text in the reader's language, `{name}` filled with the value of that name. */
export function t(text: string, values: Values = {}): string {
  return filled(formOf(translation(text) ?? text), values);
}

/** A text whose form follows the number of things, `{count}`: "one unit", "3 units". `other` is its name. */
export function plural(count: number, one: string, other: string, values: Values = {}): string {
  const own = translation(other) ?? { one, other };
  return filled(formOf(own, count), { count: count.toLocaleString(language), ...values });
}

/** A name in the middle of a sentence: English writes it small there. */
export function inline(name: string): string {
  return language === ENGLISH ? name.toLowerCase() : name;
}

/** Without a number, a text that has several forms is in its most general one. */
function formOf(own: Translation, count?: number): string {
  if (typeof own === "string") return own;
  return (count === undefined ? undefined : own[pluralRules.select(count)]) ?? own.other ?? "";
}

function filled(text: string, values: Values): string {
  return text.replace(HOLE, (hole, name: string) => String(values[name] ?? hole));
}
