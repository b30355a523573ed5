/** What must be known before anything else: divergence, a lost connection, a run that has ended. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import {
  connection,
  frame,
  isDiverged,
  isOutdated,
  notice,
  original,
  pageState,
  refusal,
  revivedAt,
  wantsPlaying,
} from "../store.ts";
import { later, Reload } from "./later.tsx";
import { countdown } from "./retry.ts";

/** A short break is not worth a word. */
const QUIET_MS = 3000;
/** The step of the divergence that has been read and put away. */
export const dismissed = signal(-1);

const Diverged = later(async () => (await import("./events.tsx")).Diverged);
const Ended = later(async () => (await import("./events.tsx")).Ended);
const Revived = later(async () => (await import("./events.tsx")).Revived);
const Forked = later(async () => (await import("./events.tsx")).Forked);

export function Notices({ children }: { children: ComponentChildren }) {
  return (
    <section class="notices" aria-label={t("Notices")}>
      {isDiverged.value && dismissed.value !== frame.value?.step && <Diverged />}
      <ConnectionNotice />
      {isOutdated.value && <Outdated />}
      {refusal.value && pageState.value !== "full" && (
        <div class="notice warning">
          <span>
            <span role="alert">{refusal.value.message}</span> {countdown}
          </span>
        </div>
      )}
      {original.value && <Forked />}
      {revivedAt.value !== null && <Revived epoch={revivedAt.value} />}
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

/** Parts of this page that are yet to be fetched are gone, so this is none of them. */
function Outdated() {
  return (
    <div class="notice">
      <span role="status">
        {t("There is a newer version of this page. Nothing is lost when you reload it: your run goes on.")}
      </span>{" "}
      <Reload />
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
  if (now.state === "ended") return <Ended reason={now.reason} />;
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
