/** The race in words: what is measured, who is ahead of whom and by how much, how each is. */
import { count, loss, number, percent } from "../format.ts";
import { plural, t } from "../language.ts";
import type { Lane } from "./lane.ts";
import { epoch, goal, isFinished, isOver, measure, names, race, verdict } from "./race.ts";
import type { Standing, Verdict } from "./standings.ts";

export const MEASURES = ["test_loss", "train_loss", "test_accuracy", "train_accuracy"] as const;
export type Measure = (typeof MEASURES)[number];

export const TITLES: Readonly<Record<Measure, string>> = {
  test_loss: t("Test loss"),
  train_loss: t("Train loss"),
  test_accuracy: t("Test accuracy"),
  train_accuracy: t("Train accuracy"),
};

export function valueText(name: string, value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  return name.endsWith("accuracy") ? percent(value, 1) : loss(value);
}

/** "a test loss of 0.1". */
export function targetText(): string {
  const { kind, points, value } = race.value.target;
  const text =
    kind === "loss" ? number(value) : percent(value, Number.isInteger(Math.round(value * 1e6) / 1e4) ? 0 : 1);
  if (kind === "loss")
    return points === "test"
      ? t("a test loss of {value}", { value: text })
      : t("a train loss of {value}", { value: text });
  return points === "test"
    ? t("a test accuracy of {value}", { value: text })
    : t("a train accuracy of {value}", { value: text });
}

export function epochsText(epochs: number): string {
  return plural(epochs, "{count} epoch", "{count} epochs");
}

/** Who is ahead, or has won, with the margin. */
export function sentence(): string {
  return isFinished.value ? wonText(verdict.value) : leadsText(verdict.value);
}

function leadsText(verdict: Verdict): string {
  const own = valuesOf(verdict);
  switch (verdict.why) {
    case "start":
      return t(
        "First is who reaches {target} in the fewest epochs; of those who do not, who comes nearest to it.",
        own,
      );
    case "diverged":
      return t("All have diverged.");
    case "level":
      return t("{leaders} are level after {epoch}.", own);
    case "epochs":
      return t("{leader} leads: it reached {target} after {reached}, {margin} before {second}.", own);
    case "since":
      return t(
        "{leader} leads: it and {second} both reached {target} after {reached}; it is better by {difference} now.",
        own,
      );
    case "alone":
      return t("{leader} leads: it reached {target} after {reached}, and nobody else has yet.", own);
    case "nearest":
      return t(
        "{leader} leads after {epoch}: {value} against {other} of {second}, better by {difference}; nobody has reached {target} yet.",
        own,
      );
    case "left":
      return t("Only {leader} is left: {value} after {epoch}.", own);
    default:
      return verdict satisfies never;
  }
}

function wonText(verdict: Verdict): string {
  const own = valuesOf(verdict);
  switch (verdict.why) {
    case "start":
      return "";
    case "diverged":
      return t("All have diverged: nobody wins.");
    case "level":
      return t("A dead heat: {leaders} are level after {epoch}.", own);
    case "epochs":
      return t("{leader} wins: it reached {target} after {reached}, {margin} before {second}.", own);
    case "since":
      return t(
        "{leader} wins: it and {second} both reached {target} after {reached}; it ended better by {difference}.",
        own,
      );
    case "alone":
      return verdict.second
        ? t(
            "{leader} wins: it reached {target} after {reached}. Nobody else did; {second} came nearest, with {other}.",
            own,
          )
        : t("{leader} wins: it reached {target} after {reached}. All others have diverged.", own);
    case "nearest":
      return t(
        "{leader} wins, though nobody reached {target}: {value} against {other} of {second}, better by {difference}.",
        own,
      );
    case "left":
      return t("{leader} wins as the only one that did not diverge, with {value} after {epoch}.", own);
    default:
      return verdict satisfies never;
  }
}

/** What the sentences may name. */
function valuesOf(verdict: Verdict): Record<string, string> {
  const leader = "leader" in verdict ? verdict.leader : null;
  const second = "second" in verdict ? verdict.second : null;
  const margin = "margin" in verdict ? verdict.margin : 0;
  return {
    target: targetText(),
    epoch: epochsText(epoch.value),
    leaders: "leaders" in verdict ? listed(verdict.leaders.map(nameOf)) : "",
    leader: leader ? nameOf(leader) : "",
    second: second ? nameOf(second) : "",
    reached: epochsText(leader?.reached ?? 0),
    value: valueText(measure.value, leader?.value),
    other: valueText(measure.value, second?.value),
    margin: epochsText(margin),
    difference: goal.value.isLoss ? loss(margin) : t("{points} points", { points: number(100 * margin, 2) }),
  };
}

function nameOf({ contestant }: Standing): string {
  return names.value[contestant] ?? "";
}

function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : t("{some} and {last}", { some: parts.slice(0, -1).join(", "), last });
}

/** How a contestant is: "epoch 87 of 200". */
export function stateText(lane: Lane, isLost: boolean): string {
  const now = lane.frame.value;
  if (lane.ended.value) return t("The server has ended this run.");
  if (!now) return t("On the way to the start");
  const at = { epoch: count(now.epoch), last: count(race.value.epochs) };
  if (now.status === "diverged") return t("Out: diverged after {epoch}", { epoch: epochsText(now.epoch) });
  if (now.status === "finished")
    return t("Stopped after {epoch}. {reason}", { epoch: epochsText(now.epoch), reason: t(now.message ?? "") });
  if (isLost) return t("The connection is lost; trying again");
  return isOver(lane) ? t("At the finish, epoch {epoch}", at) : t("Epoch {epoch} of {last}", at);
}

/** Seconds as a stopwatch shows them. */
export function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? "–" : t("{seconds} s", { seconds: number(seconds, seconds < 1 ? 2 : 3) });
}
