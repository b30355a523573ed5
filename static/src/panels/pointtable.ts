/** The points behind the picture, as rows of a table: what each is, what the network says, and whether it is right. */
import { effect } from "@preact/signals";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { epoch, scene } from "../store.ts";
import { answers, errorOf, isTest, targetOf, wrong } from "./answers.ts";
import type { DataTable } from "./datatable.tsx";
import { inUnits, placeInUnits, sides, target } from "./units.ts";

const PATIENCE_MS = 5000;

/** The table, as soon as the network's answers are there. */
export async function pointTable(): Promise<DataTable> {
  await answered();
  return tableNow();
}

function answered(): Promise<void> {
  return new Promise((settle) => {
    const patience = setTimeout(settle, PATIENCE_MS);
    const stop = effect(() => {
      if (!answers.value) return;
      clearTimeout(patience);
      queueMicrotask(() => stop());
      settle();
    });
  });
}

function tableNow(): DataTable {
  const names = scene.value?.class_names.map((name) => t(name)) ?? [];
  const count = answers.value ? (scene.value?.arrays["targets"]?.data.length ?? 0) : 0;
  const rows = scene.value?.arrays["rows"]?.data;
  const told = names.length ? [t("Class"), t("Answer"), t("Right?")] : [t("Target"), t("Answer"), t("Error")];
  return {
    columns: [rows ? t("Row") : t("Point"), ...inputs(), ...told, t("Set")],
    rows: Array.from({ length: count }, (_, i) => [
      String(rows?.[i] ?? i),
      ...placeInUnits(i),
      ...(names.length ? classesOf(i, names) : valuesOf(i)),
      isTest(i) ? t("test") : t("training"),
    ]),
    note: [t("At epoch {epoch}.", { epoch: format.count(epoch.value) }), ...names.map(counted)].join(" "),
  };
}

function inputs(): string[] {
  const { dimensions = 2 } = scene.value ?? {};
  return ["x1", "x2"].slice(0, dimensions).map((name, i) => sides.value?.[i]?.name || name);
}

function valuesOf(index: number): number[] {
  const answer = answers.value?.data[index] ?? NaN;
  const { spread } = target.value;
  return [inUnits(targetOf(index), target.value), inUnits(answer, target.value), spread * errorOf(index)];
}

function classesOf(index: number, names: readonly string[]): string[] {
  const isRight = !wrong.value?.[index];
  return [names[targetOf(index)] ?? "", names[answeredClass(index)] ?? "", isRight ? t("right") : t("wrong")];
}

/** The class that the network takes a point for. */
export function answeredClass(index: number): number {
  const target = targetOf(index);
  if (answers.value?.shape[0] === 2) return answers.value.data[index] ?? target;
  return wrong.value?.[index] ? 1 - target : target;
}

/** "orange: 2 of 150 wrong." */
function counted(name: string, index: number): string {
  let [all, missed] = [0, 0];
  wrong.value?.forEach((isWrong, i) => {
    if (targetOf(i) !== index) return;
    all++;
    missed += isWrong;
  });
  return t("{name}: {wrong} of {all} wrong.", { name, wrong: format.count(missed), all: format.count(all) });
}
