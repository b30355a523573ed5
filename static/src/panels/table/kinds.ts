/** Columns of a text as they are read: of numbers or of categories, and where both can be, as one wants them. */
import { catalogue } from "../../store.ts";
import type { Reading } from "./bring.tsx";
import type { How } from "./sending.ts";
import type { Column } from "./tables.ts";

export type ColumnKind = "numbers" | "categories";

export interface ReadColumn extends Column {
  /** As which it is wanted; it is read so within moments. */
  readonly kind: ColumnKind;
  /** As which it can be read. */
  readonly kinds: readonly ColumnKind[];
}

/** All columns that were found in a text. */
export function columnsOf({ found, foundAs, how }: Reading): readonly ReadColumn[] {
  return (found?.columns ?? []).map((column) => {
    const { name, is_numeric, distinct } = column;
    const wasNumeric = is_numeric || foundAs.categorical.includes(name);
    const isFew = distinct >= 2 && distinct <= catalogue.limits.categories;
    const isWantedNumeric = wasNumeric && !how.categorical.includes(name);
    return {
      ...column,
      kind: isWantedNumeric ? "numbers" : "categories",
      kinds: [
        ...(wasNumeric ? (["numbers"] as const) : []),
        ...(isFew || !is_numeric ? (["categories"] as const) : []),
      ],
    };
  });
}

/** The same way to read, but for one column. */
export function withKind(how: How, name: string, kind: ColumnKind): How {
  const others = how.categorical.filter((other) => other !== name);
  return { ...how, categorical: kind === "categories" ? [...others, name] : others };
}

/** Whether it can be told from the others as this. */
export function canBeTarget({ kinds, distinct }: ReadColumn, kind: ColumnKind): boolean {
  return kinds.includes(kind) && (kind === "numbers" || (distinct >= 2 && distinct <= catalogue.limits.classes));
}

/** How many inputs it makes. */
export function inputsOf({ kind, distinct }: ReadColumn): number {
  return kind === "categories" ? distinct : 1;
}
