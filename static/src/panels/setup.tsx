/** What the network is given: the data, and how it is trained. A setting named like its optimizer is what that one is about. */
import { signal } from "@preact/signals";
import { Family, NewStart, Part, Segments, Setting } from "../form/controls.tsx";
import { More, settingsOf } from "../form/fields.tsx";
import { fieldsOf, members, schemaAt, type Member } from "../form/schema.ts";
import { choose, set } from "../form/setting.ts";
import { hides } from "../hide.ts";
import { isDrawing } from "./drawing/mode.ts";
import { t } from "../language.ts";
import { isSame } from "../path.ts";
import { catalogue, experiment, give, isSetupOpen, tab, type Experiment } from "../store.ts";
import { later } from "./later.tsx";
import type { Kind } from "./table/learning.ts";
import { SetThumbnail } from "./thumbnails.tsx";

const PLACED = ["name", "data", "network", "output", "optimizer", "batch_size", "loss", "regularization", "seeds"];
const SHARED = ["test_fraction", "scaling"];
/** The settings of data that somebody brings. */
const OWN = {
  table: later(async () => (await import("./table/settings.tsx")).TableSettings),
  images: later(async () => (await import("./pictures/settings.tsx")).ImageSettings),
};
const Rule = later(async () => (await import("./rule.tsx")).Rule);
const showsMore = signal(false);
const showsMoreData = signal(false);
/** The data set last chosen in each group, to come back to. */
const lastKind = signal<Readonly<Record<string, string>>>({});
/** What somebody brought, as it was last in use in each kind of data set that needs it. */
const lastBrought = signal<Readonly<Record<string, Experiment["data"]>>>({});
/** Why a task cannot be that of these data. */
const refused = signal<{ readonly data: Experiment["data"] | null; readonly why: string }>({ data: null, why: "" });

export function Setup() {
  return (
    <>
      {!hides("data") && <Data />}
      {!hides("data") && !hides("training") && <hr />}
      {!hides("training") && <Training />}
    </>
  );
}

function Data() {
  const sets = members(catalogue.schema, schemaAt(catalogue.schema, experiment.value, "data") ?? {});
  const current = sets.find(({ kind }) => kind === experiment.value.data.kind);
  const group = groupOf(current);
  const { needs } = current?.schema ?? {};
  const Own = needs && OWN[needs];
  const groups = [...new Set(sets.map(groupOf))];
  const shown = sets.filter(
    (set) => groupOf(set) === group && (showsMoreData.value || !set.schema.rare || set === current),
  );
  return (
    <section class="data" aria-labelledby="data-title">
      <div class="heading">
        <h2 id="data-title">{t("Data")}</h2>
        {current?.schema.dimensions !== 0 && !needs && (
          <button type="button" class="button small draw" aria-pressed={isDrawing.value} onClick={toggleDrawing}>
            {t("Draw points")}
          </button>
        )}
        {current && rareOf(current).length > 0 && <More isOpen={showsMoreData} />}
      </div>
      <Segments
        label={t("Task")}
        choices={groups.map((name) => t(name))}
        chosen={t(group)}
        onChoose={(words) => chooseGroup(sets, groups.find((name) => t(name) === words) ?? group)}
      />
      {refused.value.why && isSame(refused.value.data, experiment.value.data) && (
        <p class="problem" role="alert">
          {refused.value.why}
        </p>
      )}
      <Sets sets={shown} />
      {Own && <Own />}
      <div class="settings">
        {current &&
          !needs &&
          ownFirst(current)
            .filter((name) => showsMoreData.value || !rareOf(current).includes(name))
            .map((name) => <Part key={name} path={`data.${name}`} />)}
      </div>
    </section>
  );
}

/** The map is then in front. */
function toggleDrawing(): void {
  if (isDrawing.value) void import("./drawing/drawing.ts").then(({ leave }) => leave());
  else isDrawing.value = true;
  isSetupOpen.value = false;
  tab.value = "result";
}

/** The settings of a data set: what makes it itself, then how it is split and scaled. */
function ownFirst(set: Member): string[] {
  const names = fieldsOf(catalogue.schema, set.schema, {}).map(([name]) => name);
  return [...names.filter((name) => !SHARED.includes(name)), ...SHARED.filter((name) => names.includes(name))];
}

/** The settings that are folded away until somebody asks for more. */
function rareOf(set: Member): string[] {
  return fieldsOf(catalogue.schema, set.schema, {})
    .filter(([, schema]) => schema.rare)
    .map(([name]) => name);
}

function groupOf(set: Member | undefined): string {
  return set?.schema.group ?? "Classify";
}

/** Another task begins with its own preset: other data call for another network. A table stays what it is. */
function chooseGroup(sets: readonly Member[], group: string): void {
  const current = sets.find(({ kind }) => kind === experiment.value.data.kind);
  lastKind.value = { ...lastKind.value, [groupOf(current)]: experiment.value.data.kind };
  const inGroup = sets.filter((set) => groupOf(set) === group);
  const table = inGroup.find(({ schema }) => schema.needs === "table");
  if (table && current?.schema.needs === "table") return void learnAs(table.kind);
  remember(current);
  const kind = lastKind.value[group] ?? (inGroup.find((set) => set.kind in catalogue.presets) ?? inGroup[0])?.kind;
  const preset = kind === undefined ? undefined : catalogue.presets[kind];
  if (preset) give({ op: "change", paths: ["data"], experiment: { ...preset, seeds: experiment.value.seeds } });
  else if (kind !== undefined) chooseSet(sets, kind);
}

async function learnAs(kind: string): Promise<void> {
  const tasks = await import("./table/tasks.ts");
  refused.value = { data: experiment.value.data, why: tasks.learnAs(kind as Kind) };
}

function remember(current: Member | undefined): void {
  if (current?.schema.needs) lastBrought.value = { ...lastBrought.value, [current.kind]: experiment.value.data };
}

/** What somebody brought to it is there again. */
function chooseSet(sets: readonly Member[], kind: string): void {
  remember(sets.find((set) => set.kind === experiment.value.data.kind));
  const brought = lastBrought.value[kind];
  if (brought) set("data", brought);
  else choose("data", kind);
}

function Sets({ sets }: { sets: readonly Member[] }) {
  return (
    <fieldset class="sets">
      <legend class="unseen">{t("Data set")}</legend>
      {sets.map(({ kind, schema }) => (
        <label key={kind} title={t(schema.description ?? "")}>
          <input
            type="radio"
            name="set"
            checked={kind === experiment.value.data.kind}
            onChange={() => chooseSet(sets, kind)}
          />
          <SetThumbnail kind={kind} isClasses={schema.task !== "regression"} />
          <span>{t(schema.title ?? kind)}</span>
        </label>
      ))}
      <NewStart path="data.kind" />
    </fieldset>
  );
}

function Training() {
  const leading = leadingOf("optimizer");
  return (
    <section class="training" aria-labelledby="training-title">
      <div class="heading">
        <h2 id="training-title">{t("Training")}</h2>
        <More isOpen={showsMore} />
      </div>
      <div class="settings">
        <Family path="optimizer" shows={(name) => showsMore.value || leading.includes(name)} />
        {showsMore.value && !hides("optimizer") && <Rule path="optimizer" />}
        <Setting path="batch_size" />
        <Family path="loss" />
        <Family path="regularization" label={t("Regularize")} />
        <Setting path="seeds.weights" label={t("Seed")} />
        {showsMore.value && (
          <>
            <Setting path="seeds.data" label={t("Seed: data")} />
            <Setting path="seeds.split" label={t("Seed: split")} />
            <Setting path="seeds.order" label={t("Seed: order")} />
            <Family path="network.initializer" label={t("First weights")} />
            {others().map((name) => (
              <Part key={name} path={name} />
            ))}
          </>
        )}
      </div>
    </section>
  );
}

/** The settings that stand first: the learning rate and what is named like its kind, or where there is neither all. */
function leadingOf(path: "optimizer"): string[] {
  const names = settingsOf(path).map(([name]) => name);
  const leading = names.filter((name) => name === "learning_rate" || name === experiment.value[path].kind);
  return leading.length ? leading : names;
}

/** The settings of an experiment that have no place of their own on the page. */
function others(): string[] {
  return Object.keys(catalogue.schema.properties ?? {}).filter((name) => !PLACED.includes(name));
}
