/** The time until the server is asked again: one clock, which runs only while something waits for it. */
import { computed, effect, signal } from "@preact/signals";
import { t } from "../language.ts";
import { connection, refusal } from "../store.ts";

const TICK_MS = 250;

const retryAt = computed(() =>
  connection.value.state === "lost" ? connection.value.retryAt : (refusal.value?.retryAt ?? null),
);

/** Whole seconds; 0 is now. */
export const secondsLeft = signal(0);

effect(() => {
  const at = retryAt.value;
  if (at === null) return;
  const tick = () => (secondsLeft.value = Math.max(0, Math.ceil((at - Date.now()) / 1000)));
  tick();
  const clock = setInterval(tick, TICK_MS);
  return () => clearInterval(clock);
});

export const countdown = computed(() =>
  secondsLeft.value > 0 ? t("Trying again in {seconds} s.", { seconds: secondsLeft.value }) : t("Trying again now."),
);
