/** What must be known before anything else: divergence, a lost connection, a run that has ended. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { valueAt, withValue } from "../path.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import {
  connection,
  experiment,
  frame,
  give,
  isDiverged,
  notice,
  original,
  pageState,
  refusal,
  wantsPlaying,
} from "../store.ts";
import type { Divergence } from "../wire.ts";
import { countdown } from "./retry.ts";

/** A short break is not worth a word. */
const QUIET_MS = 3000;
const DIVISOR = 3;
/** What a smaller learning rate can help against. */
const OVERSHOOTS: readonly Divergence["cause"][] = ["sums", "gradient", "step", "loss"];
/** Not every optimizer has one. */
const LEARNING_RATE = "optimizer.learning_rate";
/** The step of the divergence that has been read and put away. */
const dismissed = signal(-1);

export function Notices({ children }: { children: ComponentChildren }) {
  return (
    <section class="notices" aria-label={t("Notices")}>
      {isDiverged.value && dismissed.value !== frame.value?.step && <Diverged />}
      <ConnectionNotice />
      {refusal.value && pageState.value !== "full" && <Refused message={refusal.value.message} />}
      {original.value && <Forked />}
      {notice.value && (
        <div class="notice warning" role="alert">
          <span>{notice.value}</span>
          <button type="button" class="button square" aria-label={t("Dismiss")} onClick={() => (notice.value = "")}>
            <Icon name="close" />
          </button>
        </div>
      )}
      {children}
    </section>
  );
}

function Diverged() {
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
function Forked() {
  return (
    <div class="notice" role="status">
      <b>{t("This is a fork.")}</b>{" "}
      <span>
        {t("It goes on from the moment that is shown. The first run lives on as long as somebody watches it.")}{" "}
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

/** The server makes no run just now. */
function Refused({ message }: { message: string }) {
  return (
    <div class="notice warning">
      <span>
        <span role="alert">{message}</span> {countdown}
      </span>
    </div>
  );
}

const isLongLost = signal(false);

function ConnectionNotice() {
  const now = connection.value;
  const lostSince = now.state === "lost";
  useEffect(() => {
    if (!lostSince) {
      isLongLost.value = false;
      return;
    }
    const patience = setTimeout(() => (isLongLost.value = true), QUIET_MS);
    return () => clearTimeout(patience);
  }, [lostSince]);
  if (now.state === "ended") {
    return (
      <div class="notice warning" role="alert">
        <b>{t("This run has ended.")}</b> <span>{now.reason}</span>
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
  if (now.state !== "lost") return null;
  return (
    <div class="notice warning" role={isLongLost.value ? "alert" : undefined}>
      <b>{t("Connection lost.")}</b>{" "}
      <span>
        {whatGoesOn()} {countdown}
      </span>
    </div>
  );
}

/** What the server does meanwhile, and what it will be told. */
function whatGoesOn(): string {
  const isTraining = frame.value?.status === "playing";
  if (wantsPlaying.value === null) return isTraining ? t("Training goes on at the server.") : t("Nothing is lost.");
  return wantsPlaying.value
    ? t("Training will start when the server is back.")
    : t("Training will pause when the server is back.");
}
