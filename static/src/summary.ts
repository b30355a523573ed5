/** Where the run is, in words: for those who do not see the curves, at a pause, after a step, and when they ask. */
import { between } from "./draw/rising.ts";
import { count, loss, percent } from "./format.ts";
import { t } from "./language.ts";
import { announcement, column, frame, type Frame } from "./store.ts";

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

/** Said politely; the same words are said again when they differ by a space. */
export function say(text: string): void {
  announcement.value = text === announcement.peek() ? `${text}\u00a0` : text;
}

/** "train loss 0.310, test loss 0.345, test accuracy 91%, rising". */
export function stateText({ metrics, exact_epoch: epoch }: Frame): string {
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
