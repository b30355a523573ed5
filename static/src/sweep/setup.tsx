/** What can be set: the experiment, what differs from run to run, how long each is trained, and what is shown of it. */
import { Setting } from "../form/controls.tsx";
import { schemaAt } from "../form/schema.ts";
import { t } from "../language.ts";
import { catalogue, problems } from "../store.ts";
import { Basis, Chips, Trouble, type Chip } from "../study/controls.tsx";
import { titleOf, type Knob } from "./knobs.ts";
import type { Axis, Measure, OverSeeds } from "./server.ts";
import {
  change,
  changeAxis,
  experimentAddress,
  knobAt,
  knobs,
  measured,
  measures,
  plan,
  study,
  turnTo,
} from "./study.ts";
import { MEASURE_NAMES } from "./words.ts";

export function Setup() {
  const { over } = study.value.sweep;
  return (
    <section class="setup" aria-label={t("Set up")}>
      <Basis title={plan.value?.title ?? ""} summary={plan.value?.summary ?? ""} address={experimentAddress()} />
      {over.kind === "settings" ? (
        <>
          <AxisSettings name="x" title={t("Across")} axis={over.x} />
          <AxisSettings name="y" title={t("Up")} axis={over.y} />
        </>
      ) : (
        <div class="settings">
          <h2>{t("Seeds")}</h2>
          <Setting path="sweep.over.count" />
          <Vary seeds={over} />
        </div>
      )}
      <div class="settings">
        <h2>{t("How long")}</h2>
        <Setting path="sweep.epochs" />
      </div>
      <div class="settings">
        <h2>{t("What is shown")}</h2>
        <MeasureChoice />
        <Setting path="sweep.moment" />
      </div>
    </section>
  );
}

function AxisSettings({ name, title, axis }: { name: "x" | "y"; title: string; axis: Axis }) {
  const path = `sweep.over.${name}`;
  const knob = knobAt(axis.setting);
  const { kind } = axis.values;
  const groups = [...new Set(knobs.value.map(({ group }) => group))];
  return (
    <fieldset class="settings axis">
      <legend>{title}</legend>
      <div class="setting">
        <label for={`${name}-setting`}>{t("Setting")}</label>
        <select
          id={`${name}-setting`}
          value={axis.setting}
          onChange={(event) => turnTo(name, event.currentTarget.value)}
        >
          {!knob && <option value={axis.setting}>{axis.setting}</option>}
          {groups.map((group) => (
            <optgroup key={group} label={group}>
              {knobs.value.map((each) =>
                each.group === group ? (
                  <option key={each.path} value={each.path}>
                    {each.title}
                  </option>
                ) : null,
              )}
            </optgroup>
          ))}
        </select>
      </div>
      <Trouble path={`${path}.setting`} />
      <Trouble path={`${path}.values`} />
      {kind === "numbers" ? (
        <>
          {["low", "high", "scale", "count"].map((each) => (
            <Setting key={each} path={`${path}.values.${each}`} />
          ))}
        </>
      ) : (
        knob && <ChoiceChips name={name} axis={axis} knob={knob} />
      )}
    </fieldset>
  );
}

/** Which seeds are others in each run. */
function Vary({ seeds }: { seeds: OverSeeds }) {
  const { title = "", items = {} } = schemaAt(catalogue.schema, study.value, "sweep.over.vary") ?? {};
  const titles = schemaAt(catalogue.schema, study.value, "seeds")?.properties ?? {};
  const choices = (items.enum ?? []).map((each): Chip => [
    String(each),
    t(titles[String(each)]?.title ?? String(each)),
  ]);
  return (
    <Chips
      label={t(title)}
      choices={choices}
      chosen={seeds.vary}
      choose={(vary) => change({ over: { ...seeds, vary } })}
    />
  );
}

/** The values of a setting that is a choice. */
function ChoiceChips({ name, axis, knob }: { name: "x" | "y"; axis: Axis; knob: Knob }) {
  const places = Object.keys(problems.value).filter((place) => place.startsWith(`sweep.over.${name}.values.choices`));
  return (
    <>
      <Chips
        label={t("Values")}
        choices={knob.choices.map((choice): Chip => [choice, titleOf(catalogue.schema, knob, choice)])}
        chosen={axis.values.kind === "choices" ? axis.values.choices : []}
        choose={(choices) => changeAxis(name, { setting: knob.path, values: { kind: "choices", choices } })}
      />
      {places.map((place) => (
        <Trouble key={place} path={place} />
      ))}
    </>
  );
}

function MeasureChoice() {
  return (
    <div class="setting">
      <label for="measure">{t("Measure")}</label>
      <select
        id="measure"
        value={measured.value}
        onChange={(event) => change({ measure: event.currentTarget.value as Measure })}
      >
        {measures.value.map((each) => (
          <option key={each} value={each}>
            {MEASURE_NAMES[each]}
          </option>
        ))}
      </select>
    </div>
  );
}
