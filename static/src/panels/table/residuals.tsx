/** The rows that the network gets most wrong, with what they are; each can be picked on the map. */
import { signal } from "@preact/signals";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { isPointPicked, sample, scene, type Frame } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import { targetOf } from "../answers.ts";
import { useGlance, type Rhythm } from "../inspector/glance.ts";
import { answerText, errorText, targetText } from "../units.ts";
import { dataNow } from "./learning.ts";
import { rowNumber, rowOf } from "./rows.ts";

await fetchStyle("table");

const RHYTHM: Rhythm = { playing: 1000, resting: 100 };
const MOST = 10;

const isOpen = signal(false);

export function Residuals() {
  return (
    <details
      class="residuals"
      open={isOpen.value}
      onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}
    >
      <summary>{t("Rows with the largest errors")}</summary>
      {isOpen.value && <Rows />}
    </details>
  );
}

function Rows() {
  const seen = useGlance(`worst:${MOST}`, RHYTHM).value;
  const worst = Array.from(seen?.arrays[`worst:${MOST}/samples`]?.data ?? []);
  if (!seen) return <p class="quiet">{t("They are looked for.")}</p>;
  const told =
    scene.value?.task === "regression" ? [t("Target"), t("Answer"), t("Error")] : [t("Class"), t("Answer"), t("Loss")];
  return (
    <div class="table-frame" role="region" aria-label={t("Rows with the largest errors")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("Row")}</th>
            {[...told, ...dataNow().columns.map(({ name }) => name)].map((name, i) => (
              <th key={i} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {worst.map((index, place) => (
            <Row key={index} index={index} place={place} seen={seen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ index, place, seen }: { index: number; place: number; seen: Frame }) {
  const isPicked = isPointPicked.value && sample.value === index;
  return (
    <tr class={isPicked ? "picked" : undefined}>
      <th scope="row">
        <button type="button" class="button small" aria-pressed={isPicked} onClick={() => pick(index)}>
          {rowNumber(index)}
        </button>
      </th>
      {toldOf(index, place, seen).map((text, i) => (
        <td key={i}>{text}</td>
      ))}
      {rowOf(inputsOf(seen, place)).map(({ name, text }) => (
        <td key={name}>{text}</td>
      ))}
    </tr>
  );
}

function inputsOf({ arrays }: Frame, place: number): ArrayLike<number> {
  const { shape: [, width = 0] = [], data } = arrays[`worst:${MOST}/inputs`] ?? {};
  return data?.subarray(place * width, (place + 1) * width) ?? [];
}

function pick(index: number): void {
  sample.value = index;
  isPointPicked.value = true;
}

/** What it should be, what the network says, and how far off that is. */
function toldOf(index: number, place: number, { arrays }: Frame): string[] {
  const part = (name: string) => arrays[`worst:${MOST}/${name}`]?.data[place];
  const target = targetOf(index);
  if (scene.value?.task === "regression") {
    const answer = part("answers");
    return [targetText(target), answerText(answer), errorText(Math.abs((answer ?? NaN) - target))];
  }
  const names = scene.value?.class_names ?? [];
  return [names[target] ?? "", names[part("taken_for") ?? -1] ?? "", format.loss(part("losses"))];
}
