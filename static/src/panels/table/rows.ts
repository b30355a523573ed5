/** Rows of a table in its own units: what a network is given of one, and what it says of it. */
import * as format from "../../format.ts";
import { scene } from "../../store.ts";
import { dataNow, isTable, widthOf } from "./learning.ts";

/** One cell of a row: of which column, in words, and where it lies among the training rows: 0 is the mean, 1 a spread away. */
export interface Cell {
  readonly name: string;
  readonly text: string;
  readonly place: number | null;
}

const DIGITS = 5;
/** What the network says is rounded to about a hundredth of how far the column is spread. */
const DECIMALS = 2;

/** Which row of the table a sample is, from 1. */
export function rowNumber(index: number): number {
  return scene.value?.arrays["rows"]?.data[index] ?? index;
}

/** What the network is given of a row, as it stands in the table. */
export function rowOf(inputs: ArrayLike<number> = []): readonly Cell[] {
  const { shift = [], spread = [] } = scene.value?.input_scale ?? {};
  return cellsOf(Array.from(inputs, (value, i) => (shift[i] ?? 0) + (spread[i] ?? 1) * value));
}

/** What the network says a row is, in the table's units. */
export function saidOf(values: ArrayLike<number>): readonly Cell[] {
  return cellsOf(values, (value, spread) => {
    const decimals = Math.round(DECIMALS - Math.log10(spread));
    return decimals <= DIGITS ? format.fixed(value, Math.max(0, decimals)) : format.number(value, DIGITS);
  });
}

/** Values, one for each input, as cells: of categories the likeliest. */
function cellsOf(
  values: ArrayLike<number>,
  worded: (value: number, spread: number) => string = (value) => format.number(value, DIGITS),
): readonly Cell[] {
  const { shift = [], spread = [] } = scene.value?.input_scale ?? {};
  let first = 0;
  return (isTable() ? dataNow().columns : []).map((column) => {
    const [from, width] = [first, widthOf(column)];
    first += width;
    const own = Array.from({ length: width }, (_, i) => values[from + i] ?? NaN);
    if (column.values.length) {
      const best = own.indexOf(Math.max(...own));
      return { name: column.name, text: column.values[best] ?? "", place: null };
    }
    const [value = NaN] = own;
    const reach = spread[from] ?? 1;
    return { name: column.name, text: worded(value, reach), place: (value - (shift[from] ?? 0)) / reach };
  });
}
