/** The list of keys, and the switch that turns single keys off (WCAG 2.1.4). */
import { useEffect, useRef } from "preact/hooks";
import { Check } from "../form/controls.tsx";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { keep } from "../storage.ts";
import { hasSingleKeys, isKeyListOpen } from "../store.ts";

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  [t("Space"), t("play or pause")],
  [t("S  B  E"), t("one sample, batch or epoch")],
  [t(".  ,"), t("one more of the last step, one back")],
  [t("Home  End"), t("to the start, to the furthest moment")],
  [t("←  →"), t("on the timeline: an epoch; with Shift: ten")],
  [t("Page up, down"), t("on the timeline: from change to change")],
  [t("Page up, down"), t("under the microscope: from step to step")],
  [t("N"), t("new weights")],
  [t("Ctrl+Z  Ctrl+Y"), t("undo, redo a change")],
  [t("1 – 6"), t("speed")],
  [t("L  O  A"), t("to learning rate, optimizer, activation")],
  [t("G then D N R I"), t("to Data, Network, Result, Inspector")],
  [t("Arrows"), t("in the network: from neuron to neuron")],
  [t("Arrows"), t("on the points of the plane: pick one")],
  [t("↑  ↓"), t("on a weight: turn it by 0.1; with Shift or Page keys by 1")],
  [t("Arrows"), t("in an autoencoder's code: from image to image")],
  [t("Enter  Esc"), t("on a neuron: keep its map, set its weights; back")],
  [t("+  −"), t("on a neuron: add or remove a neuron")],
  [t("Ins  Del"), t("on a neuron: insert or remove a layer")],
  [t("T"), t("light or dark")],
  [t("?"), t("this list")],
];

export function KeyList() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isKeyListOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isKeyListOpen.value]);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={() => (isKeyListOpen.value = false)}>
      <div class="heading">
        <h2 id="keys-title">{t("Keys")}</h2>
        <button
          type="button"
          class="button square"
          aria-label={t("Close")}
          onClick={() => (isKeyListOpen.value = false)}
        >
          <Icon name="close" />
        </button>
      </div>
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
      <Check isOn={hasSingleKeys.value} onChange={chooseSingleKeys}>
        {t("Single keys are on")}
      </Check>
    </dialog>
  );
}

function chooseSingleKeys(isOn: boolean): void {
  hasSingleKeys.value = isOn;
  keep("single-keys", isOn ? "on" : "off");
}
