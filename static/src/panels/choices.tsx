/** How the answer is painted: how sure the network is, or only what it decides; and with patterns for the eyes. */
import { Check } from "../form/controls.tsx";
import { t } from "../language.ts";
import { keep } from "../storage.ts";
import { hasPatterns, isDiscretised, scene } from "../store.ts";

export function Choices() {
  const isClassifying = scene.value?.task === "classification";
  return (
    <>
      {scene.value?.dimensions === 2 && (
        <fieldset>
          <legend>{t("Paint each place by")}</legend>
          <Choice
            isOn={!isDiscretised.value}
            choose={() => (isDiscretised.value = false)}
            name={isClassifying ? t("Confidence") : t("Value")}
            does={
              isClassifying
                ? t("How sure the network is: pale where it cannot tell.")
                : t("What the network answers there, in all shades.")
            }
          />
          <Choice
            isOn={isDiscretised.value}
            choose={() => (isDiscretised.value = true)}
            name={isClassifying ? t("Discretised") : t("Bands")}
            does={
              isClassifying
                ? t("Only the class that the place is given, however unsure.")
                : t("Eight steps from low to high: their edges are lines of equal answer.")
            }
          />
        </fieldset>
      )}
      <div class="choice">
        <Check isOn={hasPatterns.value} onChange={choosePatterns}>
          <b>{t("Patterns")}</b>
        </Check>
        <span>{t("Dots on what is negative and dashes on negative weights; of many classes each one's shape.")}</span>
      </div>
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly does: string;
  readonly isOn: boolean;
  readonly choose: () => void;
}

function Choice({ name, does, isOn, choose }: ChoiceProps) {
  return (
    <label class="choice">
      <span class="check">
        <input type="radio" name="painted" checked={isOn} onChange={choose} />
        <b>{name}</b>
      </span>
      <span>{does}</span>
    </label>
  );
}

function choosePatterns(isOn: boolean): void {
  hasPatterns.value = isOn;
  keep("patterns", isOn ? "on" : "off");
}
