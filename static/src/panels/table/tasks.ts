/** A table in another task: what is then told of it, or which column it lacks. */
import { t } from "../../language.ts";
import { catalogue } from "../../store.ts";
import { columnsNow, dataNow, isCategory, isNumeric, learn, widthOf, type Kind, type Named } from "./learning.ts";
import { knownTable } from "./tables.ts";

/** What was last told of a table, by its id and the kind of data set. */
const lastTargets = new Map<string, string>();

/** Learn of the table that is in use what this kind of data set tells. Gives a sentence where it cannot. */
export function learnAs(kind: Kind): string {
  const { table: id, kind: before, called: name, columns, target, label } = dataNow();
  if (target) lastTargets.set(`${id} ${before}`, target.name);
  const table = knownTable(id);
  const all = columnsNow(table);
  const used = [...columns, target, label].flatMap((column) => column?.name ?? []);
  const inputsFor = (told?: Named) => all.filter((column) => used.includes(column.name) && column.name !== told?.name);
  if (kind === "unlabelled_table") {
    const width = all.reduce((sum, column) => sum + widthOf(column), 0);
    if (width < 2) return t("To compress the rows takes at least 2 inputs, and “{name}” has only one.", { name });
    learn(inputsFor(), undefined);
    return "";
  }
  const fit = all.filter(kind === "table_classes" ? isCategory : isNumeric);
  const likely = [lastTargets.get(`${id} ${kind}`), label?.name, table?.suggested?.target];
  const told = likely.flatMap((name) => fit.find((column) => column.name === name) ?? []).at(0) ?? fit.at(-1);
  if (!told) return lacking(kind, name);
  const inputs = inputsFor(told);
  if (all.length < 2) return t("To tell a column takes another one to tell it from, and “{name}” has none.", { name });
  learn(inputs.length ? inputs : all, told);
  return "";
}

function lacking(kind: Kind, name: string): string {
  return kind === "table_classes"
    ? t("To classify takes a column of 2 to {most} categories, and “{name}” has none.", {
        most: catalogue.limits.classes,
        name,
      })
    : t("To regress takes a column of numbers, and “{name}” has none.", { name });
}
