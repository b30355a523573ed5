/** What contestants are called who were given no name: after what they do otherwise than the others. */
import { members, resolved, type Schema } from "../form/schema.ts";
import { number } from "../format.ts";
import { t } from "../language.ts";
import { isSame } from "../path.ts";
import { catalogue } from "../store.ts";
import { LOOKS } from "../draw/looks.ts";
import type { Racer } from "./server.ts";

export function namesOf(contestants: readonly Racer[]): string[] {
  const differing = ASPECTS.filter(({ of }) =>
    contestants.some((each) => !isSame(of(each), of(contestants[0] as Racer))),
  );
  const rates = differing.some(({ of }) => of === rate);
  return contestants.map((racer, i) => {
    const own = differing.map(({ words }) => words(racer)).filter(Boolean);
    if (racer.name) return racer.name;
    return (rates && differing.length === 1 ? t("rate {rate}", { rate: own[0] ?? "" }) : own.join(" ")) || letter(i);
  });
}

function letter(i: number): string {
  return LOOKS[i]?.letter ?? "";
}

interface Aspect {
  readonly of: (racer: Racer) => unknown;
  readonly words: (racer: Racer) => string;
}

function rate({ optimizer }: Racer): number | undefined {
  return "learning_rate" in optimizer ? optimizer.learning_rate : undefined;
}

/** In the order in which they are told. */
const ASPECTS: readonly Aspect[] = [
  {
    of: ({ optimizer }) => optimizer.kind,
    words: ({ optimizer }) => titleOf(fieldOf("optimizer"), optimizer.kind),
  },
  { of: rate, words: (racer) => number(rate(racer)) },
  { of: shapeOf, words: shapeOf },
  { of: activationsOf, words: (racer) => activationsOf(racer).join(" + ") },
  { of: ({ batch_size }) => batch_size, words: ({ batch_size }) => t("batch {size}", { size: batch_size }) },
  {
    of: ({ network }) => network.initializer.kind,
    words: ({ network }) => titleOf(resolvedField(fieldOf("network"), "initializer"), network.initializer.kind),
  },
  {
    of: ({ regularization }) => regularization.kind,
    words: ({ regularization }) => titleOf(fieldOf("regularization"), regularization.kind),
  },
  { of: ({ schedule }) => schedule.kind, words: ({ schedule }) => titleOf(fieldOf("schedule"), schedule.kind) },
];

/** The widths of the hidden layers: "8-6". */
export function shapeOf({ network }: Racer): string {
  return (
    network.layers.map((layer) => ("units" in layer ? layer.units : t(layer.kind.replace("_", " ")))).join("-") || "–"
  );
}

function activationsOf({ network }: Racer): string[] {
  const kinds = network.layers.flatMap((layer) => ("units" in layer ? layer.activation.kind : []));
  const family = resolvedField(denseSchema(), "activation");
  return [...new Set(kinds)].map((kind) => titleOf(family, kind));
}

// --- the schema --------------------------------------------------------------------------------------------------

const root = catalogue.schema;

function resolvedField(node: Schema, name: string): Schema {
  return resolved(root, node.properties?.[name] ?? {});
}

/** What the schema says of a contestant's field. */
export function fieldOf(name: string): Schema {
  return resolvedField(resolved(root, resolvedField(root, "contestants").items ?? {}), name);
}

/** What the schema says of a dense layer. */
export function denseSchema(): Schema {
  const layer = resolved(root, resolvedField(fieldOf("network"), "layers").items ?? {});
  return members(root, layer).find(({ kind }) => kind === "dense")?.schema ?? {};
}

function titleOf(family: Schema, kind: string): string {
  return t(members(root, family).find((member) => member.kind === kind)?.schema.title ?? kind);
}
