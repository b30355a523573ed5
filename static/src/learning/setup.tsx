/** What can be set: the experiment, who learns it, from what, and how long the network is trained. */
import { Setting } from "../form/controls.tsx";
import { t } from "../language.ts";
import { problems } from "../store.ts";
import { Basis, Chips, Trouble, type Chip } from "../study/controls.tsx";
import { change, flat, isLearner, isShare, learning, plan, study } from "./curve.ts";
import type { Curve } from "./server.ts";
import { INPUTS, modelName, MODELS } from "./words.ts";

const WHY = "why-no-flat-model";

export function Setup() {
  const { models, inputs } = study.value.learning_curve;
  const refused = Object.keys(problems.value).filter((path) => /^learning_curve\.(models|inputs)\b/.test(path));
  return (
    <section class="setup" aria-label={t("Set up")}>
      <Basis
        title={plan.value?.title ?? ""}
        summary={plan.value?.summary ?? ""}
        address={learning.experimentAddress()}
      />
      <div class="settings">
        <h2>{t("Who learns")}</h2>
        <Chips
          label={t("Models")}
          choices={MODELS.map((model): Chip => [model, modelName(model, isShare.value)])}
          chosen={models}
          choose={(names) => change({ models: names as Curve["models"] })}
          isOff={(model) => !isLearner(model)}
          describedBy={WHY}
        />
        <p class="quiet" id={WHY}>
          {flat.refusal ? t(flat.refusal) : t("The flat models are those of scikit-learn, at its own settings.")}
        </p>
        <Chips
          label={t("Inputs of flat models")}
          choices={Object.entries(INPUTS) as readonly Chip[]}
          chosen={inputs}
          choose={(names) => change({ inputs: names as Curve["inputs"] })}
          isOff={() => flat.refusal !== ""}
        />
        {refused.map((path) => (
          <Trouble key={path} path={path} />
        ))}
      </div>
      <div class="settings">
        <h2>{t("From how much")}</h2>
        <Setting path="learning_curve.sizes" />
        <Setting path="learning_curve.repeats" />
        <Setting path="learning_curve.epochs" />
      </div>
    </section>
  );
}
