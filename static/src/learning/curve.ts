/** The learning curve: who learns from what, and what the points come to. */
import { computed, signal } from "@preact/signals";
import { memberOf, resolved } from "../form/schema.ts";
import { plural, t } from "../language.ts";
import { catalogue } from "../store.ts";
import { ALL, bandOf } from "../study/bands.ts";
import { studying } from "../study/study.ts";
import { planOf, trained, type Curve, type Model, type Plan, type Point, type Series, type Study } from "./server.ts";
import { said } from "./verdict.ts";

interface Flat {
  /** Those that can learn such a task. */
  readonly models: Readonly<Record<string, readonly Model[]>>;
  /** Why there are none here; "" where there are. */
  readonly refusal: string;
}

export const { flat } = catalogue as typeof catalogue & { readonly flat: Flat };

/** The size that is read, by its place; -1 is none. */
export const cursor = signal(-1);

export const learning = studying<Study, Plan, Point>({
  name: "learning_curve",
  planOf,
  trained,
  numberOf: ({ point }) => point,
  essence: ({ name: _, ...rest }) => rest,
  fitted,
  forget: () => (cursor.value = -1),
  begins: (count) => plural(count, "One point is trained.", "{count} points are trained."),
  progress: (done, total) => t("{done} of {total} points are done.", { done, total }),
  ends: (progress): string => `${progress} ${seen()}`,
});

export const { study, plan, parts: points } = learning;

export function change(settings: Partial<Curve>): void {
  learning.want({ ...study.value, learning_curve: { ...study.value.learning_curve, ...settings } });
}

// --- who can learn it --------------------------------------------------------------------------------------------

function taskOf(study: Study): string {
  const data = resolved(catalogue.schema, catalogue.schema.properties?.["data"] ?? {});
  return memberOf(catalogue.schema, data, study.data.kind)?.schema.task ?? "";
}

function canLearn(study: Study, model: Model): boolean {
  const isHere = !flat.refusal && (flat.models[taskOf(study)] ?? []).includes(model);
  return model === "network" || isHere;
}

/** Whether a model can learn these data here. */
export function isLearner(model: string): boolean {
  return canLearn(study.value, model as Model);
}

/** Without those who cannot learn such data. */
function fitted(study: Study): Study {
  const { models } = study.learning_curve;
  const able = models.filter((model) => canLearn(study, model));
  if (able.length === models.length) return study;
  return { ...study, learning_curve: { ...study.learning_curve, models: able.length ? able : ["network"] } };
}

// --- what it comes to --------------------------------------------------------------------------------------------

/** Whether answers are right or wrong; of values there is only the variance that they explain. */
export const isShare = computed(() => taskOf(study.value) !== "regression");

/** A series, with the median of its draws and the band that they are in, at each size; NaN where nothing is. */
export interface Line extends Series {
  readonly low: readonly number[];
  readonly middle: readonly number[];
  readonly high: readonly number[];
}

export const counts = computed(() => plan.value?.counts ?? []);

export const lines = computed((): readonly Line[] => {
  const done = [...points.value.values()];
  return (plan.value?.series ?? []).map(({ model, inputs }) => {
    const own = done.filter((point) => point.model === model && point.inputs === inputs);
    const bands = counts.value.map((count) => bandAt(own.filter(({ samples }) => samples === count)));
    const all = (name: "low" | "middle" | "high") => bands.map((band) => band[name][0] ?? NaN);
    return { model, inputs, low: all("low"), middle: all("middle"), high: all("high") };
  });
});

function bandAt(points: readonly Point[]) {
  return bandOf(
    points.flatMap(({ test }) => (test === null ? [] : [[test]])),
    ALL,
  );
}

/** What is seen, as a sentence. */
export const verdict = computed(() => said(lines.value, counts.value, isShare.value));

function seen(): string {
  return verdict.value;
}
