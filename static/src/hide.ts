/** `?hide=` in the address: parts of the page and settings to leave out, for a class that is to look at the rest. */
import { members, resolved, type Schema } from "./form/schema.ts";
import { catalogue } from "./store.ts";

/** What can be left out besides settings; `data` and `network` are both. */
export const PARTS = ["data", "training", "network", "inspector", "result", "transport", "share", "save"] as const;
export type Part = (typeof PARTS)[number];

const names = new URLSearchParams(location.search)
  .getAll("hide")
  .flatMap((list) => list.split(","))
  .map((name) => name.trim())
  .filter(Boolean);

/** Whether a part of the page, or a setting by its path, is left out: by its own name, or with all that it belongs to. */
export function hides(place: string): boolean {
  return names.some((name) => `${place}.`.startsWith(`${name}.`));
}

/** Whether nothing is left to be set up. */
export const hidesSetup = hides("data") && hides("training");

/** The names that mean nothing here. */
export const unknownNames: readonly string[] = names.filter(
  (name) => !PARTS.some((part) => part === name) && !isSetting(name),
);

/** Whether a path leads to a setting, whichever kinds are chosen on the way. */
function isSetting(path: string): boolean {
  const root = catalogue.schema;
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
