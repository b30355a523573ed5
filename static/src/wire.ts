/**
 * The binary messages of the server: each is one safetensors blob. A u64 header length, a JSON header padded to
 * 8 bytes, then the arrays, widest first. Arrays are views on the received buffer; nothing is copied.
 */

const VIEWS = { F64: Float64Array, F32: Float32Array, U32: Uint32Array, I32: Int32Array, U8: Uint8Array } as const;

export type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array;

export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Numbers;
}

export type Arrays = Readonly<Record<string, NamedArray>>;

export interface Layer {
  readonly name: string;
  readonly kind: string;
  /** Of an image its channels. */
  readonly units: number;
  /** The height and width of its feature maps; none where it gives no image. */
  readonly sides: readonly number[];
  readonly activation: string;
  readonly parameters: number;
}

export type Task = "classification" | "regression" | "autoencoder";

/** The value at a place of a map, or of a scaled one: shift + spread · place, and what it is called. */
export interface Units {
  readonly name: string;
  readonly shift: number;
  readonly spread: number;
}

/** One direction of a map. A principal component has no name, but a share of the variance. */
export interface Axis extends Units {
  readonly share: number | null;
}

/** What stays as it is until the experiment changes. */
export interface SceneMessage<Experiment = unknown> {
  readonly type: "scene";
  readonly version: number;
  readonly scene: number;
  readonly generation: number;
  readonly experiment: Experiment;
  readonly title: string;
  readonly summary: string;
  readonly task: Task;
  readonly inputs: readonly string[];
  readonly dimensions: 0 | 1 | 2;
  readonly classes: number | null;
  readonly class_names: readonly string[];
  readonly layers: readonly Layer[];
  /** Which layer is an autoencoder's code; null of other networks. */
  readonly code_layer: number | null;
  readonly parameters: number;
  readonly train_samples: number;
  readonly test_samples: number;
  readonly batch_size: number;
  readonly batches: number;
  readonly domain: readonly [number, number];
  readonly target_range: readonly [number, number];
  /** What a regression tells. */
  readonly target: Units;
  /** Of a table; null where the points are places of the map themselves. */
  readonly axes: readonly Axis[] | null;
  /** What the network is given in the middle of such a map, and all over it of inputs that no side is along. */
  readonly map_origin: readonly number[] | null;
  /** How the inputs of a table stand in its units: shift + spread · input; null of other data. */
  readonly input_scale: { readonly shift: readonly number[]; readonly spread: readonly number[] } | null;
  /** Some of the test samples were learned from, before the data changed. */
  readonly is_mixed: boolean;
  readonly notes: readonly string[];
  readonly arrays: Arrays;
}

/** New points of the loss curves, from place `from` of their generation on. */
export interface PointsMessage {
  readonly type: "points";
  readonly version: number;
  readonly generation: number;
  readonly from: number;
  readonly columns: readonly string[];
  readonly arrays: Arrays;
}

export type Metrics = Readonly<
  Partial<Record<"step" | "epoch" | "train_loss" | "test_loss" | "train_accuracy" | "test_accuracy", number>>
>;

export interface LayerStatistics {
  readonly weight_norm: number;
  readonly weight_max: number;
  readonly gradient_norm: number;
  readonly gradient_max: number;
}

/** What broke: at which update, in which layer ("" where it is none), and why. */
export interface Divergence {
  readonly step: number;
  readonly layer: string;
  readonly cause: "data" | "weights" | "statistics" | "sums" | "gradient" | "optimizer" | "step" | "loss";
  readonly message: string;
}

/** How a layer is, over all training samples. */
export interface LayerHealth {
  readonly name: string;
  /** Units whose slope is 0 for every sample. */
  readonly dead_units: number;
  /** Of all units and samples, those where the slope is almost 0. */
  readonly saturated_share: number;
  readonly gradient_norm: number;
  /** The size of the last update beside that of the weights. */
  readonly update_ratio: number;
}

/** What goes with the arrays of the microscope: the sample, its coded target, its inputs as the network sees them. */
export interface MicroscopeNote {
  readonly sample: number;
  readonly loss: number;
  readonly target: readonly number[];
  readonly inputs: readonly number[];
  readonly rate: number | null;
}

/** The loss's curvature where it is largest, and the bound below which plain descent is stable; null without a rate. */
export interface Curvature {
  readonly largest: number;
  readonly is_settled: boolean;
  readonly bound: number | null;
}

export interface Speed {
  readonly unit: "updates" | "epochs";
  readonly per_second: number | null;
}

/** What is said of a layer in whose space the samples are seen: `core/probes/hidden_space.py`. */
export interface HiddenNote {
  readonly layer: number;
  readonly kept_variance: number;
  /** Of each layer; null where there are no classes. */
  readonly separation: readonly number[] | null;
}

/** What is measured of which columns; what the loss and the accuracy are as it is, null where there are no classes. */
export interface ImportanceNote {
  readonly columns: readonly string[];
  readonly loss: number;
  readonly accuracy: number | null;
  readonly samples: number;
}

/** What moves: counters, metrics and the arrays of the watched views. */
export interface FrameMessage {
  readonly type: "frame";
  readonly version: number;
  readonly scene: number;
  readonly generation: number;
  readonly seq: number;
  readonly status: "playing" | "paused" | "finished" | "diverged";
  readonly message: string | null;
  readonly divergence: Divergence | null;
  /** The earliest moment that the run can go back to, and the furthest that it has come to. */
  readonly first_step: number;
  readonly head: { readonly step: number; readonly epoch: number };
  readonly step: number;
  readonly epoch: number;
  readonly sample: number;
  readonly batch: number;
  readonly exact_epoch: number;
  readonly speed: Speed;
  readonly metrics: Metrics;
  /** What its training has taken of the processor since it began. */
  readonly seconds: number;
  readonly epochs_per_second: number;
  readonly samples_per_second: number;
  readonly statistics?: readonly LayerStatistics[];
  readonly health?: readonly LayerHealth[];
  /** Whether all moments have been measured that the norms are to be shown of; until then more frames come. */
  readonly norms?: { readonly is_whole: boolean };
  readonly microscope?: MicroscopeNote;
  readonly curvature?: Curvature;
  readonly hidden?: HiddenNote;
  readonly importance?: ImportanceNote;
  /** Views for which there is not enough memory: they are left out. */
  readonly unseen: readonly string[];
  readonly arrays: Arrays;
}

/** How a table of an activation is to be read: `core/probes/painting.py` says it. */
export interface Table {
  readonly bend?: number;
  readonly period?: number;
}

/** What is needed to paint from weights: what each layer does, and the tables to do it. */
export interface TablesMessage {
  readonly type: "tables";
  readonly version: number;
  readonly layers: readonly {
    readonly way: "weigh" | "scale" | "normalize" | "add" | "pass";
    readonly units: number;
    readonly shortcut: number | null;
    readonly epsilon: number;
    readonly table: number | null;
    readonly levels: readonly [number, number] | null;
  }[];
  readonly tables: readonly Table[];
  readonly tile_shape: readonly [rows: number, columns: number];
  readonly answer_shape: readonly [rows: number, columns: number];
  readonly levels: readonly [number, number];
  readonly draws: "curve" | "value" | "winner";
  readonly arrays: Arrays;
}

export type Message<Experiment = unknown> = SceneMessage<Experiment> | PointsMessage | FrameMessage | TablesMessage;

interface Entry {
  readonly dtype: keyof typeof VIEWS;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const VERSION = 1;
const utf8 = new TextDecoder();

/** Read one binary message. Throws when it is of another version than this page. */
export function decode<Experiment>(blob: ArrayBuffer): Message<Experiment> {
  const headerBytes = Number(new DataView(blob).getBigUint64(0, true));
  const header = JSON.parse(utf8.decode(new Uint8Array(blob, 8, headerBytes))) as Record<string, Entry>;
  const { __metadata__: metadata, ...entries } = header as unknown as { __metadata__: { message: string } };
  const message = JSON.parse(metadata.message) as Message<Experiment>;
  if (message.version !== VERSION)
    throw new Error(`a message of version ${message.version}; this page reads version ${VERSION}`);
  const arrays: Record<string, NamedArray> = {};
  for (const [name, entry] of Object.entries(entries as Record<string, Entry>)) {
    const View = VIEWS[entry.dtype];
    const [start, end] = entry.data_offsets;
    const data = new View(blob, 8 + headerBytes + start, (end - start) / View.BYTES_PER_ELEMENT);
    arrays[name] = { shape: entry.shape, data };
  }
  return { ...message, arrays };
}
