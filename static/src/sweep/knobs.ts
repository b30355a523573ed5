/** The settings of an experiment that can be swept, as its schema has them: what is added there is here at once. */
import { fieldsOf, memberOf, members, resolved, type Schema } from "../form/schema.ts";
import { t } from "../language.ts";
import { valueAt } from "../path.ts";
import type { Axis, Choices, Numbers } from "./server.ts";

export interface Knob {
  /** Its place in the experiment; "*" is every layer that has it. */
  readonly path: string;
  readonly title: string;
  readonly group: string;
  readonly schema: Schema;
  /** Its choices, by what they are called in the document; none of a number. */
  readonly choices: readonly string[];
  readonly value: unknown;
}

/** What names a run, when it ends and what chance does is not swept. */
const LEFT_OUT: readonly string[] = ["name", "stop", "seeds", "sweep"];
const LAYERS = "network.layers";
const MOST_VALUES = 12;
const USUAL_COUNT = 8;
/** A logarithmic range reaches so many times above and below the value. */
const REACH = 32;
const DIGITS = 2;

export function knobsOf(root: Schema, experiment: unknown): Knob[] {
  return fieldsOf(root, root, experiment)
    .filter(([name]) => !LEFT_OUT.includes(name))
    .flatMap(([name, schema]) => {
      const found = knobsIn(root, schema, valueAt(experiment, name), name);
      const group = found.length > 1 ? t(schema.title ?? name) : t("Training");
      return found.map((knob) => ({ ...knob, group }));
    });
}

type Bare = Omit<Knob, "group">;

function knobsIn(root: Schema, schema: Schema, value: unknown, path: string): Bare[] {
  if (path === LAYERS) return layerKnobs(root, schema, value as readonly object[]);
  const own = fieldsOf(root, schema, value).flatMap(([name, field]) =>
    knobsIn(root, field, valueAt(value, name), `${path}.${name}`),
  );
  return isKnob(root, schema) ? [knob(root, schema, value, path), ...own] : own;
}

function isKnob(root: Schema, schema: Schema): boolean {
  if (members(root, schema).length || schema.enum) return true;
  return (schema.type === "number" || schema.type === "integer") && limitsOf(schema).every(Number.isFinite);
}

function knob(root: Schema, schema: Schema, value: unknown, path: string): Bare {
  const choices = schema.enum?.map(String) ?? members(root, schema).map(({ kind }) => kind);
  return { path, title: t(schema.title ?? path), schema, choices, value: valueAt(value, "kind") ?? value };
}

/** How many layers there are, and what several of them have. */
function layerKnobs(root: Schema, schema: Schema, layers: readonly object[]): Bare[] {
  const items = resolved(root, schema.items ?? {});
  const count: Schema = { ...schema, type: "integer", minimum: 0, maximum: schema.maxItems ?? 1, scale: "linear" };
  const title = t(schema.title ?? LAYERS);
  const number: Bare = { path: LAYERS, title, schema: count, choices: [], value: layers.length };
  const inside = layers.flatMap((layer) =>
    fieldsOf(root, items, layer).flatMap(([name, field]) =>
      knobsIn(root, field, valueAt(layer, name), `${LAYERS}.*.${name}`),
    ),
  );
  const first = new Map([...inside].reverse().map((each) => [each.path, each]));
  const shared = [...first.values()].reverse();
  return [number, ...shared.map((each) => ({ ...each, title: t("{setting} of all layers", { setting: each.title }) }))];
}

function limitsOf(schema: Schema): [low: number, high: number] {
  return [
    schema.minimum ?? schema.exclusiveMinimum ?? -Infinity,
    schema.maximum ?? schema.exclusiveMaximum ?? Infinity,
  ];
}

/** What a setting is worth being swept over. */
export function usualAxis(knob: Knob): Axis {
  const values = knob.choices.length ? usualChoices(knob) : usualNumbers(knob);
  return { setting: knob.path, values };
}

function usualChoices({ choices }: Knob): Choices {
  return { kind: "choices", choices: choices.slice(0, MOST_VALUES) };
}

function usualNumbers({ schema, value }: Knob): Numbers {
  const [least, most] = limitsOf(schema);
  const isLog = schema.scale === "log";
  const isWhole = schema.type === "integer";
  const now = Number(value) || (isLog ? most / REACH ** 2 : least);
  const inside = (number: number) => Math.max(least, Math.min(most, isWhole ? Math.round(number) : rounded(number)));
  const low = isLog ? Math.max(inside(now / REACH), isWhole ? 1 : Number.MIN_VALUE) : least;
  const high = isLog ? inside(now * REACH) : Math.min(most, isWhole ? Math.max(now * 2, low + 3) : most);
  const count = isWhole ? Math.min(USUAL_COUNT, high - low + 1) : USUAL_COUNT;
  return {
    kind: "numbers",
    low: aboveLimit(low, schema),
    high: belowLimit(high, schema),
    scale: isLog ? "log" : "linear",
    count,
  };
}

function aboveLimit(low: number, { exclusiveMinimum, maximum, exclusiveMaximum }: Schema): number {
  return low === exclusiveMinimum ? rounded(low + ((maximum ?? exclusiveMaximum ?? 1) - low) / 100) : low;
}

function belowLimit(high: number, { exclusiveMaximum, minimum, exclusiveMinimum }: Schema): number {
  return high === exclusiveMaximum ? rounded(high - (high - (minimum ?? exclusiveMinimum ?? 0)) / 100) : high;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** What a choice is called. */
export function titleOf(root: Schema, { schema }: Knob, choice: string): string {
  const words = choice.replaceAll("_", " ");
  return t(memberOf(root, schema, choice)?.schema.title ?? words.charAt(0).toUpperCase() + words.slice(1));
}
