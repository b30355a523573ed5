/** What has happened to a run, above the columns: it diverged, it goes on in two, or it has ended. */
import { Icon } from "../icons.tsx";
import { count } from "../format.ts";
import { t } from "../language.ts";
import { valueAt, withValue } from "../path.ts";
import { connection, experiment, frame, give, original, revivedAt } from "../store.ts";
import type { Divergence } from "../wire.ts";
import { dismissed } from "./notices.tsx";

const DIVISOR = 3;
/** What a smaller learning rate can help against. */
const OVERSHOOTS: readonly Divergence["cause"][] = ["sums", "gradient", "step", "loss"];
/** Not every optimizer has one. */
const LEARNING_RATE = "optimizer.learning_rate";

export function Diverged() {
  const broken = frame.value?.divergence;
  const rate = valueAt(experiment.value, LEARNING_RATE);
  const isTooFast = typeof rate === "number" && broken && OVERSHOOTS.includes(broken.cause);
  const isOff = connection.value.state !== "live";
  return (
    <div class="notice bad" role="alert">
      <b>{t("Training diverged.")}</b> <span>{t(broken?.message ?? frame.value?.message ?? "")}</span>
      <span class="ways-out">
        {isTooFast ? (
          <button type="button" class="button outlined" disabled={isOff} onClick={() => slowDown(rate)}>
            {t("Restore and divide the rate by {divisor}", { divisor: DIVISOR })}
          </button>
        ) : (
          <button type="button" class="button outlined" disabled={isOff} onClick={() => give({ op: "reset" })}>
            {t("Reset")}
          </button>
        )}
        <button type="button" class="button" onClick={() => (dismissed.value = frame.value?.step ?? -1)}>
          {t("Keep and edit")}
        </button>
      </span>
    </div>
  );
}

/** The server has brought the last useful weights back; a smaller rate goes on from them. */
function slowDown(rate: number): void {
  const slower = Number((rate / DIVISOR).toPrecision(2));
  give({ op: "change", paths: [LEARNING_RATE], experiment: withValue(experiment.value, LEARNING_RATE, slower) });
}

/** Says that the run goes on in two, and where the other one is. */
export function Forked() {
  return (
    <div class="notice" role="status">
      <b>{t("This is a fork.")}</b>{" "}
      <span>
        {t("It goes on from the moment that is shown. The first run stays as it is, among your runs.")}{" "}
        <a href={original.value} target="_blank" rel="noopener">
          {t("Open the first run")}
        </a>
      </span>
      <button type="button" class="button square" aria-label={t("Dismiss")} onClick={() => (original.value = "")}>
        <Icon name="close" />
      </button>
    </div>
  );
}

/** The training process was lost, and another one goes on from the last moment that the server knew. */
export function Revived({ epoch }: { epoch: number }) {
  return (
    <div class="notice">
      <span role="status">
        {t("The training process was lost and replaced. The run goes on from epoch {epoch}.", { epoch: count(epoch) })}
      </span>
      <button type="button" class="button square" aria-label={t("Dismiss")} onClick={() => (revivedAt.value = null)}>
        <Icon name="close" />
      </button>
    </div>
  );
}

/** There is nothing more to come; it can be begun anew. */
export function Ended({ reason }: { reason: string }) {
  return (
    <div class="notice warning" role="alert">
      <b>{t("This run has ended.")}</b> <span>{reason}</span>
      <span class="ways-out">
        <button
          type="button"
          class="button outlined"
          onClick={() => give({ op: "restart", experiment: experiment.value })}
        >
          {t("Start it again")}
        </button>
      </span>
    </div>
  );
}
