/** A drawn point as the letters that stand for it in a document and in a link: core/data/drawn.py says how. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The kinds of data sets whose points are drawn. */
export type DrawnKind = "drawn" | "drawn_values" | "drawn_curve";

interface Column {
  readonly letters: number;
  readonly perUnit: number;
  /** In steps. */
  readonly lowest: number;
}

const PLACE: Column = { letters: 2, perUnit: 400, lowest: -2048 };
const VALUE: Column = { letters: 2, perUnit: 1000, lowest: -2048 };
const CLASS: Column = { letters: 1, perUnit: 1, lowest: 0 };
const COLUMNS: Readonly<Record<DrawnKind, readonly Column[]>> = {
  drawn: [PLACE, PLACE, CLASS],
  drawn_values: [PLACE, PLACE, VALUE],
  drawn_curve: [PLACE, VALUE],
};

export function isDrawnKind(kind: string): kind is DrawnKind {
  return kind in COLUMNS;
}

/** x and y on the map, and the class or the value: the y of a curve's point is its value. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly target: number;
}

/** What lies beyond what can be said is brought to its edge. */
export function markOf(kind: DrawnKind, { x, y, target }: Place): string {
  const numbers = kind === "drawn_curve" ? [x, y] : [x, y, target];
  return COLUMNS[kind].map((column, i) => lettered(column, numbers[i] ?? 0)).join("");
}

function lettered({ letters, perUnit, lowest }: Column, number: number): string {
  const steps = Math.max(0, Math.min(64 ** letters - 1, Math.round(number * perUnit) - lowest));
  return Array.from({ length: letters }, (_, i) => LETTERS[Math.floor(steps / 64 ** (letters - 1 - i)) % 64]).join("");
}

export function placeOf(kind: DrawnKind, mark: string): Place {
  let start = 0;
  const [x = 0, y = 0, target = y] = COLUMNS[kind].map(({ letters, perUnit, lowest }) => {
    const digits = [...mark.slice(start, (start += letters))];
    return (digits.reduce((sum, letter) => 64 * sum + LETTERS.indexOf(letter), 0) + lowest) / perUnit;
  });
  return { x, y, target };
}

/** A document's points, one by one. */
export function marksOf(kind: DrawnKind, points: string): readonly string[] {
  const size = COLUMNS[kind].reduce((sum, { letters }) => sum + letters, 0);
  return Array.from({ length: points.length / size }, (_, i) => points.slice(i * size, (i + 1) * size));
}
