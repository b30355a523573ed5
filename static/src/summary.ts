/** Where the run is, in words: for those who do not see the curves, at a pause, after a step, and when they ask. */
import { between } from "./draw/rising.ts";
import { count, loss, percent } from "./format.ts";
import { t } from "./language.ts";
import { earlierMoment } from "./moments.ts";
import { announcement, column, frame, sought, type Frame } from "./store.ts";

/** A trend is what became of the last tenth of the way, and of no fewer epochs than these. */
const TENTH = 0.1;
const FEWEST_EPOCHS = 5;
/** What changes by less is steady: a hundredth of the answers, or this share of the loss. */
const STEADY_SHARE = 0.01;
const STEADY_LOSS = 0.03;

/** Say it now. */
export function tellWhere(): void {
  const now = frame.peek();
  if (now) say(t("Epoch {epoch}: {state}", { epoch: count(now.epoch), state: stateText(now) }));
}

/** A start, an end or a step; of the moments that are sought not each: the timeline says them. */
export function tellChange(before: Frame, now: Frame): void {
  const wasEarlier = before.step < before.head.step;
  if (sought.value === null || now.status !== "paused") say(announcementOf(now, before));
  else if (!wasEarlier && now.step < now.head.step) say(earlierMoment(now.epoch, now.head.epoch));
}

/** What has come about since the frame before. */
function announcementOf(now: Frame, before: Frame): string {
  const { status, epoch, step, message } = now;
  const place = { epoch: count(epoch), step: count(step), state: stateText(now) };
  switch (status) {
    case "playing":
      return t("Training started");
    case "paused":
      return before.status === "paused" && step > before.step && epoch === before.epoch
        ? t("Update {step}, epoch {epoch}, {state}", place)
        : t("Paused at epoch {epoch}, {state}", place);
    case "finished":
      return t("Finished at epoch {epoch}, {state}. {reason}", { ...place, reason: t(message ?? "") });
    case "diverged":
      return t("Stopped at epoch {epoch}: training diverged", place);
    default:
      return status satisfies never;
  }
}

/** Said politely; the same words are said again when they differ by a space. */
function say(text: string): void {
  announcement.value = text === announcement.peek() ? `${text}\u00a0` : text;
}

/** "train loss 0.310, test loss 0.345, test accuracy 91%, rising". */
function stateText({ metrics, exact_epoch: epoch }: Frame): string {
  const { train_loss, test_loss, train_accuracy, test_accuracy } = metrics;
  const parts = [];
  if (train_loss !== undefined) parts.push(t("train loss {loss}", { loss: loss(train_loss) }));
  if (test_loss !== undefined) parts.push(t("test loss {loss}", { loss: loss(test_loss) }));
  if (test_accuracy !== undefined) parts.push(t("test accuracy {share}", { share: percent(test_accuracy, 0) }));
  else if (train_accuracy !== undefined) parts.push(t("train accuracy {share}", { share: percent(train_accuracy, 0) }));
  return [...parts, trend(metrics, epoch)].filter(Boolean).join(", ");
}

/** Of the last measure that is told. */
function trend(metrics: Frame["metrics"], epoch: number): string {
  const measure = (["test_accuracy", "train_accuracy", "test_loss", "train_loss"] as const).find(
    (name) => metrics[name] !== undefined,
  );
  const span = Math.max(FEWEST_EPOCHS, TENTH * epoch);
  if (!measure || epoch < span) return "";
  const before = between(column("epoch"), column(measure), epoch - span);
  const change = (metrics[measure] ?? NaN) - before;
  const least = measure.endsWith("loss") ? STEADY_LOSS * before : STEADY_SHARE;
  if (Math.abs(change) < least) return t("steady");
  return change > 0 ? t("rising") : t("falling");
}
