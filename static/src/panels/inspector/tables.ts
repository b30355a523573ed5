/** The numbers of a whole layer at one step, as the rows and columns of a table. */
import { lowered } from "./script.ts";
import type { Part, Specimen } from "./specimen.ts";
import type { Place } from "./steps.ts";
import { t } from "../../language.ts";

interface Column {
  readonly name: string;
  /** What comes in by this column. */
  readonly value?: number;
}

interface Row {
  readonly name: string;
  readonly cells: readonly number[];
}

export interface Table {
  readonly caption: string;
  readonly corner: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Whether all units and inputs of the layer are in it. */
  readonly isAll: boolean;
}

/** A row for each unit. */
export function tableOf(seen: Specimen, { step, layer: place }: Place): Table {
  const part = seen.parts[place];
  if (step === 0 || !part) return inputTable(seen);
  const layer = part.name;
  const isAll = part.z.length === part.allUnits && part.incoming.length === part.allInputs;
  switch (step) {
    case 1:
      return {
        ...weightTable(part, part.weights, part.z, "z"),
        caption: t("Weights and sums of {layer}", { layer }),
        isAll,
      };
    case 2:
      return { ...vectorTable(part, { z: part.z, a: part.a }), caption: t("Activations of {layer}", { layer }), isAll };
    case 3:
      return { ...vectorTable(part, { a: part.a, t: seen.target }), caption: t("Answer and target"), isAll };
    case 4:
      return {
        ...vectorTable(part, { z: part.z, a: part.a, δ: part.delta }),
        caption: t("Deltas of {layer}", { layer }),
        isAll,
      };
    case 5:
      return {
        ...weightTable(part, part.gradient, part.delta, "δ"),
        caption: t("Gradients of {layer}", { layer }),
        isAll,
      };
    default:
      return {
        ...weightTable(part, part.updated),
        caption: t("Weights of {layer} after the update", { layer }),
        isAll,
      };
  }
}

type Body = Pick<Table, "corner" | "columns" | "rows">;

function inputTable({ inputs, inputNames }: Specimen): Table {
  return {
    caption: t("The sample's inputs"),
    corner: t("input"),
    columns: [{ name: t("value") }],
    rows: inputs.map((value, i) => ({ name: inputNames[i] ?? lowered("x", i + 1), cells: [value] })),
    isAll: true,
  };
}

function vectorTable({ unitNames, z }: Part, vectors: Readonly<Record<string, readonly number[]>>): Body {
  return {
    corner: t("unit"),
    columns: Object.keys(vectors).map((name) => ({ name })),
    rows: z.map((_, i) => ({
      name: unitNames[i] ?? "",
      cells: Object.values(vectors).map((vector) => vector[i] ?? NaN),
    })),
  };
}

/** A column for each weight, under what it is multiplied with, and one for what belongs to the whole unit. */
function weightTable(part: Part, block: Part["weights"], vector?: readonly number[], name = ""): Body {
  const columns = columnsOf(part);
  return {
    corner: t("unit"),
    columns: vector ? [...columns, { name }] : columns,
    rows: part.z.map((_, i) => ({
      name: part.unitNames[i] ?? "",
      cells: [...(block[i] ?? []), ...(vector ? [vector[i] ?? NaN] : [])],
    })),
  };
}

function columnsOf({ kind, weights, incoming, incomingNames }: Part): Column[] {
  if (!weights.length) return [];
  if (kind === "norm") return [{ name: t("gain") }, { name: t("shift") }];
  return [...incoming.map((value, i) => ({ name: incomingNames[i] ?? "", value })), { name: "b" }];
}
