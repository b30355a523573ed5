/** The list of keys, the switch that turns single keys off (WCAG 2.1.4), and how much the page says by itself. */
import { Check } from "../form/controls.tsx";
import { t } from "../language.ts";
import { LanguageChoice } from "./language.tsx";
import { keep } from "../storage.ts";
import { FRUGAL, hasSingleKeys, isFrugal, isKeyListOpen, isNarratorHeard } from "../store.ts";
import { Dialog } from "./dialog.tsx";

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  [t("Space"), t("play or pause")],
  [t("S  B  E"), t("one sample, batch or epoch")],
  [t(".  ,"), t("one more of the last step, one back")],
  [t("Home  End"), t("to the start, to the furthest moment")],
  [t("←  →"), t("on the timeline: an epoch; with Shift: ten")],
  [t("Page up, down"), t("on the timeline: from change to change")],
  [t("1 – 6"), t("speed")],
  [t("N"), t("new weights; asks first if the run is long")],
  [t("Ctrl+Z  Ctrl+Y"), t("undo, redo a change")],
  [t("L  O  A"), t("to learning rate, optimizer, activation")],
  [t("G then D N R I"), t("to Data, Network, Result, Inspector")],
  [t("G then G"), t("open the gallery")],
  [t("Arrows"), t("in the network: from neuron to neuron")],
  [t("Enter  Esc"), t("on a neuron: keep its map, set its weights; back")],
  [t("+  −"), t("on a neuron: add or remove a neuron")],
  [t("Ins  Del"), t("on a neuron: insert or remove a layer")],
  [t("Alt+←  Alt+→"), t("on a layer or a neuron: move the layer")],
  [t("Ctrl+C"), t("on a neuron: copy its weights")],
  [t("↑  ↓"), t("on a weight: turn it by 0.1; with Shift or Page keys by 1")],
  [t("Arrows"), t("on the points of the plane: pick one")],
  [t("+  −  0"), t("on the points of the plane: closer, farther, all of it")],
  [t("Shift+Arrows"), t("on the points of the plane: look beside")],
  [t("Arrows  Enter"), t("while drawing points: to a place, put a point there")],
  [t("1 – 9  Del  Esc"), t("while drawing points: another class, erase, done")],
  [t("M  P"), t("in the result: next mistake, next point")],
  [t("Arrows"), t("in an autoencoder's code: from image to image")],
  [t("Page up, down"), t("under the microscope: from step to step")],
  [t("W"), t("say where the run is, to a screen reader")],
  [t("T"), t("light or dark")],
  [t("?"), t("this list")],
];

export function KeyList() {
  return (
    <Dialog title={t("Keys")} class="keys-dialog" onClose={() => (isKeyListOpen.value = false)}>
      <dl class="key-list">
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <LanguageChoice id="language" />
      <Check isOn={hasSingleKeys.value} onChange={chooseSingleKeys}>
        {t("Single keys are on")}
      </Check>
      <Check isOn={isNarratorHeard.value} onChange={chooseNarrator}>
        {t("Screen readers are told the narrator's sentences while it trains")}
      </Check>
      <Check isOn={isFrugal.value} onChange={chooseFrugal}>
        {t("Frugal: only weights are sent, and this device paints the pictures")}
      </Check>
      <button type="button" class="button small" onClick={() => void showFirstSteps()}>
        {t("Suggest the first steps again")}
      </button>
    </Dialog>
  );
}

function chooseSingleKeys(isOn: boolean): void {
  hasSingleKeys.value = isOn;
  keep("single-keys", isOn ? "on" : "off");
}

function chooseNarrator(isOn: boolean): void {
  isNarratorHeard.value = isOn;
  keep("narrator", isOn ? "on" : "off");
}

function chooseFrugal(isOn: boolean): void {
  isFrugal.value = isOn;
  keep(FRUGAL, isOn ? "on" : "off");
}

async function showFirstSteps(): Promise<void> {
  const { beginAnew } = await import("./firstrun.ts");
  beginAnew();
  isKeyListOpen.value = false;
}
