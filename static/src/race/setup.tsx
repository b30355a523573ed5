/** What can be set: who races, on what, how far and for what. The forms are the playground's, of the race's own schema. */
import { useState } from "preact/hooks";
import { Family, Part, Setting } from "../form/controls.tsx";
import { Fields } from "../form/fields.tsx";
import { defaultOf, memberOf, members, resolved } from "../form/schema.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { catalogue, problems } from "../store.ts";
import { Mark } from "./mark.tsx";
import { denseSchema, shapeOf } from "./names.ts";
import { change, FEWEST, MOST, names, race, rivalOf } from "./race.ts";
import type { Racer } from "./server.ts";

const MOST_LAYERS = 10;
const MOST_UNITS = 256;

export function Setup() {
  return (
    <section class="setup" aria-label={t("Set up")}>
      <div class="settings">
        <h2>{t("Finish and target")}</h2>
        <Setting path="epochs" />
        <Family path="target" />
      </div>
      <div class="contestants">
        <h2>{t("Contestants")}</h2>
        {race.value.contestants.map((racer, i) => (
          <OneRacer key={i} racer={racer} i={i} />
        ))}
        {race.value.contestants.length < MOST && (
          <button type="button" class="button outlined" onClick={add}>
            <Icon name="plus" /> {t("Add a contestant")}
          </button>
        )}
      </div>
      <div class="settings">
        <h2>{t("The same for all")}</h2>
        <Setting path="data" />
        <Fields path="data" />
        <Setting path="seeds.weights" label={t("First weights")} />
        <Setting path="seeds.data" label={t("Points")} />
        <Setting path="seeds.order" label={t("Order")} />
      </div>
    </section>
  );
}

/** Like the last, with another optimizer. */
function add(): void {
  const { contestants } = race.value;
  const last = contestants.at(-1);
  if (last) change({ contestants: [...contestants, { ...rivalOf(last), name: "" }] });
}

function OneRacer({ racer, i }: { racer: Racer; i: number }) {
  const { contestants } = race.value;
  const path = `contestants.${i}`;
  return (
    <fieldset class="settings contestant">
      <legend>
        <Mark i={i} />
      </legend>
      {contestants.length > FEWEST && (
        <button
          type="button"
          class="button small square"
          aria-label={t("Remove {name}", { name: names.value[i] ?? "" })}
          onClick={() => change({ contestants: contestants.toSpliced(i, 1) })}
        >
          <Icon name="close" />
        </button>
      )}
      <Family path={`${path}.optimizer`} />
      <Layers racer={racer} i={i} />
      <Activation racer={racer} i={i} />
      <Setting path={`${path}.batch_size`} />
      <Rest path={path} />
    </fieldset>
  );
}

/** What contestants more rarely differ in. */
function Rest({ path }: { path: string }) {
  return (
    <details>
      <summary>{t("More")}</summary>
      <Setting path={`${path}.name`} />
      <Part path={`${path}.network.initializer`} />
      {["schedule", "clipping", "regularization", "loss", "precision"].map((name) => (
        <Part key={name} path={`${path}.${name}`} />
      ))}
    </details>
  );
}

// --- the network -------------------------------------------------------------------------------------------------

type Layer = Racer["network"]["layers"][number];

function withLayers(i: number, layers: readonly Layer[]): void {
  const { contestants } = race.value;
  const next = contestants.map((racer, other) =>
    other === i ? { ...racer, network: { ...racer.network, layers: [...layers] } } : racer,
  );
  change({ contestants: next });
}

/** The widths of the hidden layers, to type: "8-6". A network with layers of other kinds stays as it came. */
function Layers({ racer, i }: { racer: Racer; i: number }) {
  const [draft, setDraft] = useState<string | null>(null);
  const [isWrong, setWrong] = useState(false);
  const { layers } = racer.network;
  const id = `layers-${i}`;
  const shown = layers.length ? shapeOf(racer) : "";
  const commit = () => {
    if (draft === null) return;
    const next = layersOf(draft, layers);
    setWrong(next === null);
    if (next === null) return;
    setDraft(null);
    if (draft !== shown) withLayers(i, next);
  };
  const problem = Object.entries(problems.value).find(([field]) => field.startsWith(`contestants.${i}.network`))?.[1];
  return (
    <div class="setting" title={t("How many neurons each hidden layer has, from the inputs on: 8-6. Empty is none.")}>
      <label for={id}>{t("Layers")}</label>
      <input
        id={id}
        class="typed"
        inputMode="text"
        autocomplete="off"
        spellcheck={false}
        readOnly={layers.some((layer) => layer.kind !== "dense")}
        {...(isWrong ? { "aria-invalid": true, "aria-describedby": `problem-${id}` } : {})}
        value={draft ?? shown}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") {
            setDraft(null);
            setWrong(false);
          }
        }}
      />
      {isWrong && (
        <p class="problem" role="alert" id={`problem-${id}`}>
          {t("Expected up to {layers} whole numbers from 1 to {units}, as in 8-6.", {
            layers: MOST_LAYERS,
            units: MOST_UNITS,
          })}
        </p>
      )}
      {problem && (
        <p class="problem" role="alert">
          {t(problem)}
        </p>
      )}
    </div>
  );
}

/** Dense layers of these widths, each with the activation of the one that was there, or of the last; null where that
 * is no shape. */
function layersOf(text: string, before: readonly Layer[]): Layer[] | null {
  const widths = text
    .split(/[^\d]+/)
    .filter(Boolean)
    .map(Number);
  const isShape = /^[\s\d,;–-]*$/.test(text) && widths.length <= MOST_LAYERS;
  if (!isShape || widths.some((units) => units < 1 || units > MOST_UNITS)) return null;
  const fresh = defaultOf(catalogue.schema, denseSchema()) as Layer;
  return widths.map((units, place) => ({ ...(before[place] ?? before.at(-1) ?? fresh), units }) as Layer);
}

/** The activation of all hidden layers that have one of their own. */
function Activation({ racer, i }: { racer: Racer; i: number }) {
  const family = resolved(catalogue.schema, denseSchema().properties?.["activation"] ?? {});
  const dense = racer.network.layers.filter((layer) => layer.kind === "dense");
  const kinds = new Set(dense.map(({ activation }) => activation.kind));
  const [kind = ""] = kinds.size === 1 ? kinds : [];
  if (!dense.length) return null;
  const choose = (chosen: string) => {
    const member = memberOf(catalogue.schema, family, chosen);
    if (!member) return;
    const activation = defaultOf(catalogue.schema, member.schema);
    withLayers(
      i,
      racer.network.layers.map((layer) => (layer.kind === "dense" ? ({ ...layer, activation } as Layer) : layer)),
    );
  };
  return (
    <div class="setting">
      <label for={`activation-${i}`}>{t("Activation")}</label>
      <select id={`activation-${i}`} value={kind} onChange={(event) => choose(event.currentTarget.value)}>
        {!kind && <option value="">{t("Several")}</option>}
        {members(catalogue.schema, family).map((member) => (
          <option key={member.kind} value={member.kind}>
            {t(member.schema.title ?? member.kind)}
          </option>
        ))}
      </select>
    </div>
  );
}
