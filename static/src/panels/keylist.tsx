/** The list of keys, and the switch that turns single keys off (WCAG 2.1.4). */
import { useEffect, useRef } from "preact/hooks";
import { Check } from "../form/controls.tsx";
import { Icon } from "../icons.tsx";
import { keep } from "../storage.ts";
import { hasSingleKeys, isKeyListOpen } from "../store.ts";

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["Space", "play or pause"],
  ["S  B  E", "one sample, batch or epoch"],
  [".  ,", "one more of the last step, one back"],
  ["Home  End", "to the start, to the furthest moment"],
  ["←  →", "on the timeline: an epoch; with Shift: ten"],
  ["Page up, down", "on the timeline: from change to change"],
  ["Page up, down", "under the microscope: from step to step"],
  ["N", "new weights"],
  ["Ctrl+Z  Ctrl+Y", "undo, redo a change"],
  ["1 – 6", "speed"],
  ["L  O  A", "to learning rate, optimizer, activation"],
  ["G then D N R I", "to Data, Network, Result, Inspector"],
  ["Arrows", "in the network: from neuron to neuron"],
  ["Arrows", "on the points of the plane: pick one"],
  ["↑  ↓", "on a weight: turn it by 0.1; with Shift or Page keys by 1"],
  ["Arrows", "in an autoencoder's code: from image to image"],
  ["Enter  Esc", "on a neuron: keep its map, set its weights; back"],
  ["+  −", "on a neuron: add or remove a neuron"],
  ["Ins  Del", "on a neuron: insert or remove a layer"],
  ["T", "light or dark"],
  ["?", "this list"],
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
        <h2 id="keys-title">Keys</h2>
        <button type="button" class="button square" aria-label="Close" onClick={() => (isKeyListOpen.value = false)}>
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
        Single keys are on
      </Check>
    </dialog>
  );
}

function chooseSingleKeys(isOn: boolean): void {
  hasSingleKeys.value = isOn;
  keep("single-keys", isOn ? "on" : "off");
}
