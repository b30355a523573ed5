/** The losses by epoch, and all else that is on the curves, as a table. */
import { count, number, percent } from "../format.ts";
import { t } from "../language.ts";
import { column } from "../store.ts";
import type { DataTable } from "./datatable.tsx";

/** A row for each point of the curves. */
export function lossTable(): DataTable {
  const columns = [
    { key: "epoch", name: t("epoch"), text: epochText },
    { key: "step", name: t("updates") },
    { key: "train_loss", name: t("train loss") },
    { key: "test_loss", name: t("test loss") },
    { key: "train_accuracy", name: t("train accuracy"), text: percentText },
    { key: "test_accuracy", name: t("test accuracy"), text: percentText },
    { key: "learning_rate", name: t("learning rate") },
  ].filter(({ key }) => column(key).some(Number.isFinite));
  const rows = column("epoch").map((_, i) => columns.map(({ key }) => column(key)[i] ?? NaN));
  return { columns, rows };
}

function epochText(epoch: number): string {
  return Number.isInteger(epoch) ? count(epoch) : number(epoch, 4);
}

function percentText(share: number): string {
  return percent(share);
}
