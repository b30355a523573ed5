/** Start, stop and resume a study, and how far it is. */
import type { ReadonlySignal } from "@preact/signals";
import { number } from "../format.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";

interface ProgressProps {
  readonly of: {
    readonly parts: ReadonlySignal<ReadonlyMap<number, unknown>>;
    readonly failures: ReadonlySignal<ReadonlyMap<number, string>>;
    readonly total: ReadonlySignal<number>;
    readonly isTraining: ReadonlySignal<boolean>;
    readonly isWhole: ReadonlySignal<boolean>;
    readonly mayStart: ReadonlySignal<boolean>;
    readonly progress: ReadonlySignal<string>;
    readonly secondsLeft: ReadonlySignal<number | null>;
    readonly start: () => Promise<void>;
    readonly stop: () => void;
  };
  /** What the bar tells. */
  readonly label: string;
  /** What it would take; "" while nobody knows. */
  readonly planned: string;
  /** "One run could not be trained." */
  readonly failed: (count: number) => string;
}

export function Progress({ of, label, planned, failed }: ProgressProps) {
  const done = of.parts.value.size;
  const left = of.secondsLeft.value;
  return (
    <section class="progress" aria-label={t("Progress")}>
      {of.isTraining.value ? (
        <button type="button" class="button primary" onClick={of.stop}>
          <Icon name="pause" /> {t("Stop")}
        </button>
      ) : (
        <button type="button" class="button primary" disabled={!of.mayStart.value} onClick={() => void of.start()}>
          <Icon name="play" /> {of.isWhole.value ? t("Done") : done ? t("Resume") : t("Train all")}
        </button>
      )}
      <progress max={of.total.value || 1} value={done} aria-label={label} />
      <span class="moment">
        {planned && done ? of.progress.value : planned}
        {left !== null && ` ${t("About {seconds} seconds left.", { seconds: number(Math.ceil(left), 2) })}`}
      </span>
      {of.failures.value.size > 0 && <span>{failed(of.failures.value.size)}</span>}
    </section>
  );
}
