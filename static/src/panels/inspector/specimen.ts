/** What lies under the microscope: one sample's numbers, layer by layer. */
import { memberOf, resolved, schemaAt, type Schema } from "../../form/schema.ts";
import { t } from "../../language.ts";
import { valueAt } from "../../path.ts";
import { catalogue, type Experiment, type Frame, type Scene } from "../../store.ts";
import { isWide } from "../layerlist.ts";
import { localName } from "../shape.ts";
import { lowered } from "./script.ts";

/** One layer. What is shown of a large one is its first units and inputs. */
export interface Part {
  readonly index: number;
  readonly name: string;
  readonly kind: "dense" | "norm" | "plain";
  readonly isOutput: boolean;
  /** Whether this kind adds what came by a shortcut. */
  readonly isSum: boolean;
  readonly activation: Formula;
  /** How many units and inputs there are, shown or not. */
  readonly allUnits: number;
  readonly allInputs: number;
  readonly unitNames: readonly string[];
  /** What reaches it, and what that is called. */
  readonly incoming: readonly number[];
  readonly incomingNames: readonly string[];
  readonly z: readonly number[];
  readonly a: readonly number[];
  readonly delta: readonly number[];
  /** A row for each unit, the bias last; none where there are no weights. */
  readonly weights: readonly (readonly number[])[];
  readonly gradient: readonly (readonly number[])[];
  readonly updated: readonly (readonly number[])[];
}

export interface Specimen {
  readonly sample: number;
  readonly loss: number;
  readonly target: readonly number[];
  readonly inputs: readonly number[];
  readonly inputNames: readonly string[];
  readonly rate: number | null;
  readonly parts: readonly Part[];
  readonly experiment: Experiment;
  /** Whether a shortcut carries values, and deltas, past some layers. */
  readonly hasShortcuts: boolean;
}

/** What the schema says of one part of the experiment, with the numbers that are set in it. */
export interface Formula {
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly settings: Readonly<Record<string, number>>;
}

const MOST = 32;
const GREEK: Readonly<Record<string, string>> = { alpha: "α", delta: "δ" };

/** The schema's formula for what stands at a path of the experiment. */
export function formulaAt(experiment: Experiment, path: string, fallback = ""): Formula {
  const value = valueAt(experiment, path) ?? { kind: fallback };
  const kind = String(valueAt(value, "kind"));
  const node = schemaAt(catalogue.schema, experiment, path);
  const schema: Schema = (node && memberOf(catalogue.schema, resolved(catalogue.schema, node), kind)?.schema) || {};
  const numbers = Object.entries(value as object).filter(([, setting]) => typeof setting === "number");
  return {
    kind,
    title: t(schema.title ?? kind),
    text: schema.formula ?? "",
    settings: Object.fromEntries(numbers.map(([name, number]) => [GREEK[name] ?? name, number as number])),
  };
}

/** What a frame shows of the sample under the microscope; null where it shows none. */
export function specimenOf(frame: Frame | null, scene: Scene | null): Specimen | null {
  const note = frame?.microscope;
  if (!frame || !note || !scene) return null;
  const inputNames = scene.inputs.map((name, i) => (scene.arrays["images"] ? lowered("x", i + 1) : name));
  const parts: Part[] = [];
  scene.layers.forEach((_, index) => parts.push(partOf(frame, scene, index, parts[index - 1], inputNames)));
  return {
    ...note,
    inputNames,
    parts,
    experiment: scene.experiment,
    hasShortcuts: scene.layers.some(({ kind }) => kind === "residual"),
  };
}

function partOf(frame: Frame, scene: Scene, index: number, before: Part | undefined, names: readonly string[]): Part {
  const layer = scene.layers[index];
  const isOutput = index === scene.layers.length - 1;
  const array = (name: string) => frame.arrays[`microscope/${index}/${name}`];
  const numbers = (name: string) => [...(array(name)?.data ?? [])];
  const rows = (name: string) => rowsOf(numbers(name), array(name)?.shape[1] ?? 1);
  const isDense = isOutput || isWide(layer?.kind);
  const units = layer?.units ?? 0;
  const path = isOutput ? "output" : `network.layers.${index}.activation`;
  return {
    index,
    name: localName(layer?.name ?? ""),
    kind: isDense ? "dense" : layer?.parameters ? "norm" : "plain",
    isOutput,
    isSum: layer?.kind === "residual",
    activation: formulaAt(scene.experiment, path, layer?.activation),
    allUnits: units,
    allInputs: before?.allUnits ?? names.length,
    unitNames: unitNamesOf(scene, units, isOutput),
    incoming: (before?.a ?? frame.microscope?.inputs ?? []).slice(0, MOST),
    incomingNames: (before?.a.map((_, i) => lowered("a", i + 1)) ?? names).slice(0, MOST),
    z: numbers("z"),
    a: numbers("a"),
    delta: numbers("delta"),
    weights: rows("weights"),
    gradient: rows("gradient"),
    updated: rows("updated"),
  };
}

function unitNamesOf({ class_names, classes }: Scene, units: number, isOutput: boolean): string[] {
  const isNamed = isOutput && units > 1 && classes === units;
  return Array.from({ length: Math.min(units, MOST) }, (_, i) =>
    isNamed ? t(class_names[i] ?? "") : isOutput && units === 1 ? t("Output") : t("Unit {number}", { number: i + 1 }),
  );
}

function rowsOf(numbers: readonly number[], columns: number): number[][] {
  return Array.from({ length: numbers.length / columns }, (_, i) => numbers.slice(i * columns, (i + 1) * columns));
}
