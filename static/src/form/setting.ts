/** Changing one setting of the experiment, by its path. */
import { isSame, valueAt, withValue } from "../path.ts";
import { catalogue, experiment, give, type Experiment } from "../store.ts";
import { defaultOf, fieldsOf, memberOf, schemaAt, taskOf, type Schema } from "./schema.ts";

/** Ask for the experiment with another value at the path. */
export function set(path: string, value: unknown): void {
  const current = experiment.value;
  if (isSame(valueAt(current, path), value)) return;
  give({ op: "change", paths: [path], experiment: fitted(current, withValue(current, path, value), path) });
}

/** Ask for another member of a family, keeping the settings that both have. */
export function choose(path: string, kind: string): void {
  const root = catalogue.schema;
  const node = schemaAt(root, experiment.value, path);
  const member = node && memberOf(root, node, kind);
  if (!node || !member) return;
  const before = new Map(member.schema.needs ? [] : fieldsOf(root, node, valueAt(experiment.value, path)));
  const kept = fieldsOf(root, member.schema, {})
    .filter(
      ([name, field]) =>
        isSame(bounds(field), bounds(before.get(name))) && !isOwnDefault(before.get(name), `${path}.${name}`),
    )
    .map(([name]) => [name, valueAt(experiment.value, `${path}.${name}`)]);
  set(path, { ...(defaultOf(root, member.schema) as object), ...Object.fromEntries(kept) });
}

/** Whether a setting still is what its own kind starts with; then the next kind may start with its own too. */
function isOwnDefault(field: Schema | undefined, path: string): boolean {
  return field === undefined || isSame(defaultOf(catalogue.schema, field), valueAt(experiment.value, path));
}

function bounds(field: Schema | undefined): unknown {
  return (
    field && [
      field.type ?? "",
      field.minimum ?? null,
      field.maximum ?? null,
      field.enum ?? null,
      field.variables ?? null,
      field.items ?? null,
    ]
  );
}

/** Other data may need another output and loss: those parts are then left to the server. */
function fitted(before: Experiment, after: Experiment, path: string): Experiment {
  if (!path.startsWith("data") || isSame(taskOf(catalogue.schema, before), taskOf(catalogue.schema, after)))
    return after;
  const { output, loss, ...rest } = after;
  return rest as Experiment;
}
