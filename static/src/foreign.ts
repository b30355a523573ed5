/**
 * A language other than English: its file, and what the server says in it. A sentence of the server has values in it;
 * the file holds it with holes, "expected {wanted}, got {got}", and what stands in those is said in that language too.
 * English readers load nothing of this.
 */
import type { Translation } from "./language.ts";

interface Language {
  readonly texts: Readonly<Record<string, Translation>>;
  readonly sentences: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly shape: RegExp;
  readonly holes: readonly string[];
  readonly translation: string;
}

const HOLE = /\{(\w+)\}/;
const NUMBER = /^[-−]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?%?$/;
/** "Hidden 1", "Adam 0.03". */
const NUMBERED = /^(.+) (\S+)$/s;
/** "network.layers.0.units: expected …". */
const PLACED = /^([\w.]+): (.+)$/s;
/** "Line 17 has 5 cells, expected 4." */
const WRITTEN = /^([A-Z])(.*?)([.]?)$/s;
const MOST_KEPT = 1000;

/** What finds the translation of a text, undefined where there is none. Without its file a language is English. */
export async function translator(code: string): Promise<(text: string) => Translation | undefined> {
  try {
    const answer = await fetch(`/static/languages/${code}.json`);
    return translatorOf((await answer.json()) as Language, code);
  } catch {
    return () => undefined;
  }
}

function translatorOf({ texts, sentences }: Language, code: string): (text: string) => Translation | undefined {
  const signs = new Intl.NumberFormat(code).formatToParts(12345.6);
  const sign = (type: string) => signs.find((part) => part.type === type)?.value ?? "";
  const patterns = patternsOf(sentences);
  const found = new Map<string, string | undefined>();

  function sentence(text: string): string | undefined {
    if (!text) return undefined;
    if (found.size > MOST_KEPT) found.clear();
    if (!found.has(text)) found.set(text, known(text) ?? composed(text));
    return found.get(text);
  }

  /** What stands in the file as it is, perhaps with a capital. */
  function known(text: string): string | undefined {
    const capital = text.charAt(0).toUpperCase() + text.slice(1);
    const own = sentences[text] ?? texts[text] ?? (texts[capital] === capital ? undefined : texts[capital]);
    return typeof own === "string" ? own : own?.other;
  }

  function composed(text: string): string | undefined {
    if (NUMBER.test(text)) return text.replace(/[.,]/g, (old) => sign(old === "." ? "decimal" : "group"));
    return filled(text) ?? written(text) ?? placed(text) ?? listed(text) ?? numbered(text);
  }

  function filled(text: string): string | undefined {
    for (const { shape, holes, translation } of patterns) {
      const values = shape.exec(text);
      if (values) return holes.reduce((done, hole, i) => done.replace(hole, () => said(values[i + 1])), translation);
    }
    return undefined;
  }

  /** With a capital and a full stop what stands in the file without. */
  function written(text: string): string | undefined {
    const [, first = "", rest = "", end = ""] = WRITTEN.exec(text) ?? [];
    const bare = first.toLowerCase() + rest;
    const own = first && (known(bare) ?? filled(bare));
    return own ? own.charAt(0).toUpperCase() + own.slice(1) + end : undefined;
  }

  function placed(text: string): string | undefined {
    const [, place = "", problem = ""] = PLACED.exec(text) ?? [];
    const own = sentence(problem);
    return own === undefined ? undefined : `${place}: ${own}`;
  }

  function listed(text: string): string | undefined {
    const parts = text.split(", ");
    return parts.length > 1 && parts.some((part) => sentence(part)) ? parts.map(said).join(", ") : undefined;
  }

  function numbered(text: string): string | undefined {
    const [, name = "", number = ""] = NUMBERED.exec(text) ?? [];
    return NUMBER.test(number) ? `${said(name)} ${said(number)}` : undefined;
  }

  function said(text = ""): string {
    return sentence(text) ?? text;
  }

  return (text) => texts[text] ?? sentence(text);
}

/** Those that say most of themselves come first. */
function patternsOf(sentences: Language["sentences"]): readonly Pattern[] {
  const own = (english: string) => english.replace(new RegExp(HOLE, "g"), "").length;
  return Object.entries(sentences)
    .filter(([english]) => HOLE.test(english))
    .sort(([a], [b]) => own(b) - own(a))
    .map(([english, translation]) => patternOf(english, translation));
}

function patternOf(english: string, translation: string): Pattern {
  const parts = english.split(HOLE);
  const shape = parts.map((part, i) => (i % 2 ? "(.*?)" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))).join("");
  const holes = parts.filter((_, i) => i % 2).map((name) => `{${name}}`);
  return { shape: new RegExp(`^${shape}$`, "s"), holes, translation };
}
