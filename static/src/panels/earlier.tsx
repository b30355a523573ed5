/** Says that an earlier moment is shown, and gives the ways on. */
import { computed } from "@preact/signals";
import { t } from "../language.ts";
import { earlierMoment } from "../moments.ts";
import { connection, epoch, give, headEpoch, isPlaying } from "../store.ts";
import { goTo } from "./scrubber.tsx";

const earlierText = computed(() => earlierMoment(epoch.value, headEpoch.value, isPlaying.value));

export function Earlier() {
  const isOff = connection.value.state !== "live";
  return (
    <div class="earlier">
      <p>{earlierText}</p>
      <button type="button" class="button outlined small" disabled={isOff} onClick={backToNow}>
        {t("Back to now")}
      </button>
      <button
        type="button"
        class="button outlined small"
        disabled={isOff}
        title={t("Go on from here in a run of its own; this one stays as it is")}
        onClick={() => give({ op: "fork" })}
      >
        {t("Fork")}
      </button>
    </div>
  );
}

/** The button goes away with the earlier moment; the focus stays near. */
function backToNow(): void {
  goTo(headEpoch.value);
  document.getElementById("timeline")?.focus();
}
