/** The JSON Schema of an experiment, read: which kinds there are, what a setting allows, what it is when left alone. */

export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly default?: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly maxItems?: number;
  /** What a formula may name. */
  readonly variables?: readonly string[];
  readonly unit?: string;
  readonly scale?: "log" | "linear";
  readonly step?: number;
  readonly control?: string;
  /** Rarely turned: a panel may fold it away. */
  readonly rare?: boolean;
  readonly formula?: string;
  readonly source?: string;
  readonly task?: string;
  /** What may reach a layer. */
  readonly reads?: "any" | "image";
  readonly dimensions?: number;
  readonly group?: string;
  /** What somebody brings, and the document only names. */
  readonly needs?: "table" | "images";
}

/** One member of a family: Adam of the optimizers. */
export interface Member {
  readonly kind: string;
  readonly schema: Schema;
}

type Document = Readonly<Record<string, unknown>>;

/** The schema that a reference stands for; what is written beside the reference wins. */
export function resolved(root: Schema, node: Schema): Schema {
  if (!node.$ref) return node;
  const { $ref, ...beside } = node;
  const target = root.$defs?.[$ref.slice($ref.lastIndexOf("/") + 1)] ?? {};
  return resolved(root, { ...target, ...beside });
}

/** The members of a family, or none when the node is no family. */
export function members(root: Schema, node: Schema): Member[] {
  const choices = node.oneOf ?? node.anyOf?.flatMap((choice) => choice.oneOf ?? [choice]) ?? [];
  return choices.flatMap((choice) => {
    const schema = resolved(root, choice);
    const kind = schema.properties?.["kind"];
    const name = kind?.const ?? kind?.default;
    return typeof name === "string" ? [{ kind: name, schema }] : [];
  });
}

export function memberOf(root: Schema, node: Schema, kind: unknown): Member | undefined {
  return members(root, node).find((member) => member.kind === kind);
}

/** What the server goes by when it fills in an output and a loss. */
export function taskOf(root: Schema, experiment: unknown): unknown {
  const data = (experiment as Document | null)?.["data"] as Document | undefined;
  const node = resolved(root, root.properties?.["data"] ?? {});
  const member = memberOf(root, node, data?.["kind"]);
  const { task = "", dimensions = 2, needs = 0 } = member?.schema ?? {};
  const { values } = (data?.["target"] ?? {}) as { values?: readonly string[] };
  const names = (data?.["labels"] as readonly string[] | undefined) ?? values;
  return [task, dimensions || needs, Number(data?.["classes"] ?? names?.length ?? 2) > 2];
}

/** What a node is when nobody has set it. */
export function defaultOf(root: Schema, node: Schema): unknown {
  const schema = resolved(root, node);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, defaultOf(root, field)]));
  }
  return null;
}

/** The fields of a node, `kind` left out: those of the member that `value` is, where the node is a family. */
export function fieldsOf(root: Schema, node: Schema, value: unknown): [string, Schema][] {
  const kind = (value as Document | null)?.["kind"];
  const schema = memberOf(root, node, kind)?.schema ?? node;
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => name !== "kind")
    .map(([name, field]) => [name, resolved(root, field)]);
}

/** The schema of one setting of this very document, or undefined where it has no such setting. */
export function schemaAt(root: Schema, document: unknown, path: string): Schema | undefined {
  let node: Schema | undefined = root;
  let value = document;
  for (const key of path.split(".")) {
    if (!node) return undefined;
    const field: Schema | undefined =
      node.items && /^\d+$/.test(key) ? node.items : new Map(fieldsOf(root, node, value)).get(key);
    node = field && resolved(root, field);
    value = (value as Document | null)?.[key];
  }
  return node;
}

/** The nearest to a number that a setting may be. */
export function nearestAt(root: Schema, document: unknown, path: string, value: number): number {
  const { minimum = -Infinity, maximum = Infinity } = schemaAt(root, document, path) ?? {};
  return Math.max(minimum, Math.min(maximum, value));
}

/** Whether a path leads to a setting, whichever kinds are chosen on the way. */
export function isSetting(root: Schema, path: string): boolean {
  let nodes: Schema[] = [root];
  for (const key of path.split(".")) nodes = nodes.flatMap((node) => fieldsNamed(root, node, key));
  return nodes.length > 0;
}

/** The schemas of what is called so in a node or in a member of its family, or stands there in its list. */
function fieldsNamed(root: Schema, node: Schema, key: string): Schema[] {
  const items = /^\d+$/.test(key) && node.items ? [node.items] : [];
  const owners = [node, ...members(root, node).map(({ schema }) => schema)];
  const fields = key === "kind" ? [] : owners.flatMap(({ properties = {} }) => properties[key] ?? []);
  return [...items, ...fields].map((field) => resolved(root, field));
}
