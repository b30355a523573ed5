/** What can be set: the surface, the start, who goes down. The forms are the playground's, of the lab's own schema. */
import { Family, Part, Setting, type ControlProps } from "../form/controls.tsx";
import { fieldsOf, members, schemaAt } from "../form/schema.ts";
import { choose } from "../form/setting.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { catalogue, isReadOnly, problems } from "../store.ts";
import { change, descent, dimensions, lab } from "./lab.ts";
import type { Contestant } from "./server.ts";
import { LOOKS, nameOf, optimizerSchema, SEES_ALL } from "./words.ts";

const MOST = 4;

export function Setup() {
  return (
    <section class="setup" aria-label={t("Set up")}>
      <fieldset disabled={isReadOnly.value}>
        <Surface />
        <Start />
        <Contestants />
        <div class="settings">
          <h2>{t("How long")}</h2>
          <Setting path="steps" />
          <Setting path="grid" />
          <Setting path="seed" />
        </div>
      </fieldset>
    </section>
  );
}

function Surface() {
  const schema = schemaAt(catalogue.schema, descent.value, "surface");
  if (!schema) return null;
  const { kind } = descent.value.surface;
  const { description = "", formula = "" } =
    members(catalogue.schema, schema).find((member) => member.kind === kind)?.schema ?? {};
  return (
    <div class="settings">
      <h2>{t("Surface")}</h2>
      {lab.value !== "weight" && <Setting path="surface" control={SurfaceChoice} />}
      {formula && <p class="rule">{t(formula)}</p>}
      <p class="quiet">{t(description)}</p>
      {fieldsOf(catalogue.schema, schema, descent.value.surface).map(([name]) => (
        <Part key={`${kind}.${name}`} path={`surface.${name}`} />
      ))}
    </div>
  );
}

/** The surfaces of this lab. */
function SurfaceChoice({ path, schema, id }: ControlProps) {
  const others = members(catalogue.schema, schema).filter(
    (member) => member.schema.dimensions === dimensions.value && member.kind !== "one_weight",
  );
  return (
    <select id={id} value={descent.value.surface.kind} onChange={(event) => choose(path, event.currentTarget.value)}>
      {others.map(({ kind, schema: { title = kind } }) => (
        <option key={kind} value={kind}>
          {t(title)}
        </option>
      ))}
    </select>
  );
}

function Start() {
  const problem = problems.value["start"];
  return (
    <div class="settings">
      <h2>{t("Start")}</h2>
      <Setting path="start.x" label={dimensions.value === 1 ? "w" : "x"} />
      {dimensions.value === 2 && <Setting path="start.y" label="y" />}
      {problem && (
        <p class="problem" role="alert">
          {t(problem)}
        </p>
      )}
    </div>
  );
}

function Contestants() {
  const { contestants } = descent.value;
  return (
    <div class="contestants">
      <h2>{t("Contestants")}</h2>
      {contestants.map((contestant, i) => (
        <OneContestant key={i} contestant={contestant} i={i} />
      ))}
      {contestants.length < MOST && !isReadOnly.value && (
        <button
          type="button"
          class="button outlined"
          onClick={() => change({ contestants: [...contestants, another(contestants)] })}
        >
          <Icon name="plus" /> {t("Add a contestant")}
        </button>
      )}
    </div>
  );
}

function OneContestant({ contestant, i }: { contestant: Contestant; i: number }) {
  const { contestants, surface } = descent.value;
  const { formula = "" } = optimizerSchema(contestant.optimizer.kind) ?? {};
  const letter = LOOKS[i]?.letter ?? "";
  return (
    <fieldset class="settings contestant">
      <legend>
        <Mark i={i} /> {nameOf(contestant, surface.samples)}
      </legend>
      {contestants.length > 1 && (
        <button
          type="button"
          class="button small square"
          aria-label={t("Remove contestant {letter}", { letter })}
          onClick={() => change({ contestants: contestants.filter((_, other) => other !== i) })}
        >
          <Icon name="close" />
        </button>
      )}
      {formula && <p class="rule">{t(formula)}</p>}
      <Family path={`contestants.${i}.optimizer`} />
      {(surface.samples ?? 1) > 1 && !SEES_ALL.includes(contestant.optimizer.kind) && (
        <Setting path={`contestants.${i}.batch_size`} />
      )}
    </fieldset>
  );
}

/** An optimizer that nobody has yet, as it is before anybody sets it. */
function another(contestants: readonly Contestant[]): Contestant {
  const kinds = ["momentum", "rmsprop", "adam", "sgd"];
  const kind = kinds.find((each) => contestants.every(({ optimizer }) => optimizer.kind !== each)) ?? "sgd";
  const [like] = contestants as readonly [Contestant];
  const defaults = Object.entries(optimizerSchema(kind)?.properties ?? {}).map(([name, { default: usual }]) => [
    name,
    usual,
  ]);
  return {
    batch_size: like.batch_size,
    optimizer: { ...Object.fromEntries(defaults), kind } as Contestant["optimizer"],
  };
}

/** A contestant's letter and line, as in the pictures. */
export function Mark({ i }: { i: number }) {
  const { letter, dash } = LOOKS[i] ?? { letter: "", dash: [] };
  return (
    <span class={`mark mark-${i + 1}`}>
      <svg viewBox="0 0 28 4" aria-hidden="true">
        <path d="M0 2h28" stroke-dasharray={dash.join(" ")} />
      </svg>
      {letter}
    </span>
  );
}
