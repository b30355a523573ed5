/** The sweep: what is swept over which settings, and what is shown of each run. */
import { computed, signal } from "@preact/signals";
import { memberOf, nearestAt, resolved } from "../form/schema.ts";
import { plural, t } from "../language.ts";
import { linkOf } from "../link.ts";
import { catalogue } from "../store.ts";
import { studying } from "../study/study.ts";
import { knobsOf, usualAxis, type Knob } from "./knobs.ts";
import { planOf, trained, type Axis, type Cell, type Measure, type Plan, type Study, type Sweep } from "./server.ts";

/** The cell that is pointed at, and the one that the keyboard is at. */
export const hovered = signal<number | null>(null);
export const cursor = signal(0);
export const looked = computed(() => hovered.value ?? cursor.value);

export const sweeping = studying<Study, Plan, Cell>({
  name: "sweep",
  planOf,
  trained,
  numberOf: ({ cell }) => cell,
  essence,
  fitted: within,
  forget: () => {
    cursor.value = 0;
    hovered.value = null;
  },
  mend: sweepAnother,
  begins: (count) => plural(count, "One run is trained.", "{count} runs are trained."),
  progress: (done, total) => t("{done} of {total} runs are done.", { done, total }),
});

export const { study, plan, parts: cells, failures, experimentAddress } = sweeping;

export const isEnsemble = computed(() => study.value.sweep.over.kind === "seeds");

/** All that decides how it goes; not how it is looked at. */
function essence({ sweep: { over, epochs }, name: _, ...rest }: Study): object {
  return { ...rest, over, epochs };
}

/** The targets are nothing that the server is asked about: beyond their bounds, the nearest. */
function within(next: Study): Study {
  const nearest = (name: "target_accuracy" | "target_loss") =>
    nearestAt(catalogue.schema, next, `sweep.${name}`, next.sweep[name]);
  const targets = { target_accuracy: nearest("target_accuracy"), target_loss: nearest("target_loss") };
  return { ...next, sweep: { ...next.sweep, ...targets } };
}

// --- the settings that can be swept ------------------------------------------------------------------------------

/** Of the experiment as the server has filled it in. */
export const knobs = computed(() => knobsOf(catalogue.schema, plan.value?.study ?? study.value));

export function knobAt(path: string): Knob | undefined {
  return knobs.value.find((knob) => knob.path === path);
}

// --- wishes ------------------------------------------------------------------------------------------------------

export function change(settings: Partial<Sweep>): void {
  sweeping.want({ ...study.value, sweep: { ...study.value.sweep, ...settings } });
}

export function changeAxis(name: "x" | "y", axis: Axis): void {
  const { over } = study.value.sweep;
  if (over.kind === "settings") change({ over: { ...over, [name]: axis } });
}

/** Sweep another setting; the other axis makes way for it. */
export function turnTo(name: "x" | "y", path: string): void {
  const { over } = study.value.sweep;
  const knob = knobAt(path);
  if (over.kind !== "settings" || !knob) return;
  const other = name === "x" ? "y" : "x";
  const moved = over[other].setting === path ? { [other]: over[name] } : {};
  const axis = over[other].setting === path ? over[other] : usualAxis(knob);
  change({ over: { ...over, ...moved, [name]: axis } });
}

export function isShare(what: Measure): boolean {
  return what.endsWith("accuracy");
}

/** An experiment that has not got a setting is swept over one that it has. */
function sweepAnother(places: Readonly<Record<string, string>>): void {
  const { over } = study.value.sweep;
  if (over.kind !== "settings") return;
  for (const name of ["x", "y"] as const) {
    const isMissing = `sweep.over.${name}.setting` in places && !knobAt(over[name].setting);
    const family = over[name].setting.split(".")[0] ?? "";
    const free = knobs.value.filter(
      ({ path, choices }) => !choices.length && path !== over.x.setting && path !== over.y.setting,
    );
    const other = free.find(({ path }) => path.startsWith(`${family}.`)) ?? free[0];
    if (isMissing && other) return changeAxis(name, usualAxis(other));
  }
}

// --- what is shown of each ---------------------------------------------------------------------------------------

/** What can be measured: only classes are right or wrong. */
export const measures = computed((): readonly Measure[] => {
  const data = resolved(catalogue.schema, catalogue.schema.properties?.["data"] ?? {});
  const isClasses = memberOf(catalogue.schema, data, study.value.data.kind)?.schema.task === "classification";
  return isClasses ? ["test_accuracy", "test_loss", "train_accuracy", "train_loss"] : ["test_loss", "train_loss"];
});

export const measured = computed<Measure>(() => {
  const wanted = study.value.sweep.measure;
  return measures.value.includes(wanted) ? wanted : "test_loss";
});

export const target = computed(() => {
  const { target_accuracy, target_loss } = study.value.sweep;
  return isShare(measured.value) ? target_accuracy : target_loss;
});

/** A run's last value, or the best of those that it was looked at. */
export function valueOf(cell: Cell): number {
  if (study.value.sweep.moment === "last") return cell.metrics[measured.value] ?? NaN;
  const values = (cell.curve[measured.value] ?? []).filter(Number.isFinite);
  return isShare(measured.value) ? Math.max(...values) : Math.min(...values);
}

/** The best run that did not diverge; null before there is one. */
export const best = computed<Cell | null>(() => {
  const sound = [...cells.value.values()].filter(
    (cell) => cell.status !== "diverged" && Number.isFinite(valueOf(cell)),
  );
  const sign = isShare(measured.value) ? -1 : 1;
  return sound.sort((a, b) => sign * (valueOf(a) - valueOf(b)) || a.cell - b.cell)[0] ?? null;
});

/** The first epoch at which a run was seen to have reached the target; null where it has not. */
export function reachedAt(cell: Cell): number | null {
  const isThere = (value: number) => (isShare(measured.value) ? value >= target.value : value <= target.value);
  const place = (cell.curve[measured.value] ?? []).findIndex(isThere);
  return place < 0 ? null : (cell.epochs[place] ?? null);
}

/** The playground with a run's experiment, which stops there where the run stopped. */
export function addressOf({ experiment: document }: Cell): string {
  const stop =
    document.stop.kind === "never" ? { kind: "epochs" as const, epochs: study.value.sweep.epochs } : document.stop;
  return `/#${linkOf(catalogue, { ...document, stop, sweep: catalogue.default["sweep" as keyof typeof document] })}`;
}
