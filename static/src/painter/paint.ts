/**
 * Paints what the server would: tiles of every unit and the network's answer, from weights alone. Activations and
 * inputs come as tables; what a layer does to a sample is one of five ways.
 */
import type { Arrays, NamedArray, TablesMessage } from "../wire.ts";

type Layer = TablesMessage["layers"][number];
type Function = (z: Float32Array) => void;

/** What a layer gives: its units' values one after the other, each at all places. */
interface Values {
  readonly units: number;
  readonly data: Float32Array;
}

/** The places of a picture, and what the network is given there. */
interface Ground {
  readonly shape: readonly [rows: number, columns: number];
  readonly places: number;
  readonly inputs: Values;
}

/** Which pictures are on screen. */
export interface Wanted {
  readonly tiles: boolean;
  readonly answer: boolean;
}

/** The arrays that the server would send for `tiles` and `boundary`, from those for `weights` and `painting`. */
export type Painter = (arrays: Arrays, wanted: Wanted) => Record<string, NamedArray>;

export function painter(tables: TablesMessage): Painter {
  const activations = tables.tables.map((how, index) => activation(how, numbers(tables.arrays, `table/${index}`)));
  const tiles = groundOf(tables.arrays, "tile_input", tables.tile_shape);
  const answer = groundOf(tables.arrays, "answer_input", tables.answer_shape);

  const layersAt = (ground: Ground, arrays: Arrays) => forward(tables.layers, activations, arrays, ground);
  return (arrays, wanted) => {
    const painted: Record<string, NamedArray> = {};
    const layers = wanted.tiles ? layersAt(tiles, arrays) : [];
    layers.forEach(({ units, data }, index) => {
      const shades = shadesOf(data, tiles.places, tables.layers[index]?.levels ?? null);
      painted[`tiles/${index}`] = { shape: [units, ...tiles.shape], data: shades };
    });
    const last = wanted.answer ? layersAt(answer, arrays).at(-1) : null;
    if (last) painted[tables.draws === "curve" ? "curve" : "boundary"] = drawn(last, answer, tables);
    return painted;
  };
}

// --- what the tables say ----------------------------------------------------------------------------------------

function numbers(arrays: Arrays, name: string): Float32Array {
  return (arrays[name]?.data ?? new Float32Array(0)) as Float32Array;
}

/** Inputs come folded where all rows, or all columns, are the same. */
function groundOf(arrays: Arrays, name: string, shape: readonly [number, number]): Ground {
  const [rows, columns] = shape;
  const places = rows * columns;
  const names = Object.keys(arrays).filter((each) => each.startsWith(`${name}/`));
  const data = new Float32Array(names.length * places);
  names.forEach((_, input) => {
    const folded = arrays[`${name}/${input}`];
    const [down = 1, across = 1] = folded?.shape ?? [];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        data[input * places + row * columns + column] =
          folded?.data[(down > 1 ? row * across : 0) + (across > 1 ? column : 0)] ?? 0;
  });
  return { shape, places, inputs: { units: names.length, data } };
}

/** An activation, in place. Between two knots it is a straight line, and beyond the last as between the last two. */
function activation(how: TablesMessage["tables"][number], table: Float32Array): Function {
  if (how.period) return periodic(how.period, table);
  const bend = how.bend ?? 1;
  const knots = table.length / 2;
  const z = Float64Array.from({ length: knots }, (_, k) => (bend * k) / (knots - k));
  const below = linesOf(z, table.subarray(0, knots), -1);
  const above = linesOf(z, table.subarray(knots), 1);
  return (values) => {
    for (let place = 0; place < values.length; place++) {
      const value = values[place] as number;
      const size = Math.abs(value);
      const line = Math.min((knots * (size / (bend + size))) | 0, knots - 2);
      const { slopes, starts } = value < 0 ? below : above;
      values[place] = (starts[line] as number) + (slopes[line] as number) * value;
    }
  };
}

interface Lines {
  readonly slopes: Float64Array;
  readonly starts: Float64Array;
}

/** The lines between knots at sign·z. */
function linesOf(z: Float64Array, values: Float32Array, sign: 1 | -1): Lines {
  const at = (list: ArrayLike<number>, k: number) => list[k] as number;
  const slopes = z.subarray(1).map((end, k) => (at(values, k + 1) - at(values, k)) / (end - at(z, k)) / sign);
  const starts = slopes.map((slope, k) => at(values, k) - slope * sign * at(z, k));
  return { slopes, starts };
}

function periodic(period: number, table: Float32Array): Function {
  const steps = table.length - 1;
  return (values) => {
    for (let place = 0; place < values.length; place++) {
      const turns = (values[place] as number) / period;
      const step = (turns - Math.floor(turns)) * steps;
      const low = Math.min(step | 0, steps - 1);
      const before = table[low] as number;
      values[place] = before + (step - low) * ((table[low + 1] as number) - before);
    }
  };
}

// --- the way through the network --------------------------------------------------------------------------------

/** What every layer gives at the places of a ground. */
function forward(layers: readonly Layer[], activations: readonly Function[], arrays: Arrays, ground: Ground): Values[] {
  const reached = [ground.inputs];
  layers.forEach((layer, index) => {
    const x = reached[index] as Values;
    const z: Values = { units: layer.units, data: new Float32Array(layer.units * ground.places) };
    sum(layer, index, arrays, ground.places, x, z, reached);
    const apply = layer.table === null ? null : activations[layer.table];
    if (apply) apply(z.data);
    else distribute(z, ground.places);
    reached.push(z);
  });
  return reached.slice(1);
}

/** What a layer applies its activation to. */
function sum(
  layer: Layer,
  index: number,
  arrays: Arrays,
  places: number,
  x: Values,
  z: Values,
  reached: readonly Values[],
): void {
  switch (layer.way) {
    case "weigh":
      return weigh(numbers(arrays, `weights/${index}`), places, x, z);
    case "scale":
      z.data.set(x.data);
      return scale(numbers(arrays, `scale/${index}`), places, z);
    case "normalize":
      normalize(layer.epsilon, places, x, z);
      return scale(numbers(arrays, `weights/${index}`), places, z);
    case "add":
      z.data.set(x.data);
      return add(reached[(layer.shortcut ?? -1) + 1] as Values, places, z);
    case "pass":
      return z.data.set(x.data);
    default:
      return layer.way satisfies never;
  }
}

/** W·x + b, the bias as last column. */
function weigh(weights: Float32Array, places: number, x: Values, z: Values): void {
  const columns = x.units + 1;
  const at = (input: number) => x.data.subarray(input * places, (input + 1) * places);
  for (let unit = 0; unit < z.units; unit++) {
    const row = z.data.subarray(unit * places, (unit + 1) * places);
    const of = weights.subarray(unit * columns, (unit + 1) * columns);
    row.fill(of[x.units] as number);
    let input = 0;
    for (; input + 4 <= x.units; input += 4)
      addFour(row, of.subarray(input), at(input), at(input + 1), at(input + 2), at(input + 3));
    for (; input < x.units; input++) addOne(row, of[input] as number, at(input));
  }
}

function addOne(row: Float32Array, weight: number, x: Float32Array): void {
  for (let place = 0; place < row.length; place++) row[place] = (row[place] as number) + weight * (x[place] as number);
}

/** Four inputs at once: reading and writing the sums is what takes the time. */
function addFour(
  row: Float32Array,
  weights: Float32Array,
  x1: Float32Array,
  x2: Float32Array,
  x3: Float32Array,
  x4: Float32Array,
): void {
  const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = weights;
  for (let place = 0; place < row.length; place++)
    row[place] =
      (row[place] as number) +
      w1 * (x1[place] as number) +
      w2 * (x2[place] as number) +
      w3 * (x3[place] as number) +
      w4 * (x4[place] as number);
}

/** Each unit by a gain and a shift, which stand side by side. */
function scale(gains: Float32Array, places: number, z: Values): void {
  for (let unit = 0; unit < z.units; unit++) {
    const gain = gains[2 * unit] as number;
    const shift = gains[2 * unit + 1] as number;
    for (let place = unit * places; place < (unit + 1) * places; place++)
      z.data[place] = (z.data[place] as number) * gain + shift;
  }
}

/** To mean 0 and deviation 1 over the units of each place. */
function normalize(epsilon: number, places: number, x: Values, z: Values): void {
  for (let place = 0; place < places; place++) {
    let mean = 0;
    for (let i = place; i < x.data.length; i += places) mean += (x.data[i] as number) / x.units;
    let variance = 0;
    for (let i = place; i < x.data.length; i += places) variance += ((x.data[i] as number) - mean) ** 2 / x.units;
    const deviation = Math.sqrt(variance + epsilon);
    for (let i = place; i < x.data.length; i += places) z.data[i] = ((x.data[i] as number) - mean) / deviation;
  }
}

/** What comes by the shortcut; where one of the two has more units, those are passed on alone. */
function add(shortcut: Values, places: number, z: Values): void {
  const shared = Math.min(shortcut.units, z.units) * places;
  for (let place = 0; place < shared; place++)
    z.data[place] = (z.data[place] as number) + (shortcut.data[place] as number);
}

/** Softmax: at each place e^z, as shares of their sum. */
function distribute(z: Values, places: number): void {
  for (let place = 0; place < places; place++) {
    let largest = -Infinity;
    for (let i = place; i < z.data.length; i += places) largest = Math.max(largest, z.data[i] as number);
    let whole = 0;
    for (let i = place; i < z.data.length; i += places) whole += z.data[i] = Math.exp((z.data[i] as number) - largest);
    for (let i = place; i < z.data.length; i += places) z.data[i] = (z.data[i] as number) / whole;
  }
}

// --- values as bytes --------------------------------------------------------------------------------------------

/** Low becomes 0, high 255, and what lies beyond is cut off. */
function bytes(values: Float32Array, low: number, high: number, result: Uint8Array): void {
  const scale = 255 / (high - low);
  for (let i = 0; i < values.length; i++)
    result[i] = Math.max(0, Math.min(255, ((values[i] as number) - low) * scale + 0.5));
}

/** Each unit against the layer's levels, or where it has none, against its own largest size. */
function shadesOf(data: Float32Array, places: number, levels: readonly [number, number] | null): Uint8Array {
  const result = new Uint8Array(data.length);
  for (let start = 0; start < data.length; start += places) {
    const values = data.subarray(start, start + places);
    const reach = levels ? 0 : values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const [low, high] = levels ?? [-reach, reach];
    bytes(values, low, high, result.subarray(start, start + places));
  }
  return result;
}

/** The network's answer, as the server draws it. */
function drawn({ units, data }: Values, { places, shape }: Ground, tables: TablesMessage): NamedArray {
  const [low, high] = tables.levels;
  if (tables.draws === "curve") return { shape: [places], data: data.slice(0, places) };
  if (tables.draws === "value") {
    const shades = new Uint8Array(places);
    bytes(data.subarray((units - 1) * places), low, high, shades);
    return { shape: [1, ...shape], data: shades };
  }
  const result = new Uint8Array(2 * places);
  const confidence = new Float32Array(places);
  for (let place = 0; place < places; place++) {
    let winner = 0;
    for (let unit = 1; unit < units; unit++)
      if ((data[unit * places + place] as number) > (data[winner * places + place] as number)) winner = unit;
    result[place] = winner;
    confidence[place] = data[winner * places + place] as number;
  }
  bytes(confidence, low, high, result.subarray(places));
  return { shape: [2, ...shape], data: result };
}
