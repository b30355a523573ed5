/** A question before something long is thrown away. */
import { t } from "../language.ts";
import { count } from "../format.ts";
import { headEpoch, isAskingToRestart } from "../store.ts";
import { newWeights } from "./again.tsx";
import { Dialog } from "./dialog.tsx";

export function Ask() {
  const closeOf = (event: { currentTarget: HTMLElement }) => event.currentTarget.closest("dialog")?.close();
  return (
    <Dialog title={t("Start again with new weights?")} onClose={() => (isAskingToRestart.value = false)}>
      <p>{t("This run is {epochs} epochs long; they will be gone.", { epochs: count(headEpoch.value) })}</p>
      <p class="ways-out">
        <button
          type="button"
          class="button outlined"
          onClick={(event) => {
            closeOf(event);
            newWeights();
          }}
        >
          {t("Start again")}
        </button>
        <button type="button" class="button" onClick={closeOf}>
          {t("Keep this run")}
        </button>
      </p>
    </Dialog>
  );
}
