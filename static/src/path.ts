/** A place in a document, named as the server names it in its errors: "network.layers.0.units". */

/** What stands at the path, or undefined. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const key of path.split(".")) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The same document with another value at the path; nothing is changed in place. */
export function withValue<T>(document: T, path: string, value: unknown): T {
  const [key = "", ...rest] = path.split(".");
  const inner = rest.length ? withValue(valueAt(document, key) ?? {}, rest.join("."), value) : value;
  if (Array.isArray(document)) return document.with(Number(key), inner) as T;
  return { ...document, [key]: inner };
}

/**
 * Where a place of one version of a document is in another version, whose lists may have gained or lost items; as much
 * of the way as is still there.
 */
export function placeIn(path: string, version: unknown, other: unknown): string {
  const way: string[] = [];
  for (const key of path.split(".")) {
    const item = valueAt(version, key);
    const hasMoved = Array.isArray(version) && Array.isArray(other) && version.length !== other.length;
    const place = hasMoved ? (other as unknown[]).findIndex((candidate) => isSame(candidate, item)) : key;
    if (place === -1) break;
    way.push(String(place));
    [version, other] = [item, valueAt(other, String(place))];
  }
  return way.join(".");
}

/** Whether two JSON documents say the same, in whatever order their keys stand. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  const left = Object.entries(a);
  return left.length === Object.keys(b).length && left.every(([key, value]) => isSame(value, valueAt(b, key)));
}
