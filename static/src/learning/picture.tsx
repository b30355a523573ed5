/** The chart, a slider over it that reads it, and what is read. */
import { computed } from "@preact/signals";
import type { Inks } from "../draw/color.ts";
import type { Pen } from "../draw/pen.ts";
import { count } from "../format.ts";
import { t } from "../language.ts";
import { inks, Picture } from "../panels/picture.tsx";
import { colorOf, drawLines, type Area } from "./chart.ts";
import { counts, cursor, isShare, lines, plan, verdict } from "./curve.ts";
import { nameOf, scoreText } from "./words.ts";

/** No room for names beside the curves: they stand below, as the style sheet has it. */
const narrow = matchMedia("(max-width: 560px)");

let area: Area = { left: 0, top: 0, width: 1, height: 1 };

export function Curves() {
  const measure = isShare.value ? t("Right on the test samples") : t("Variance explained on the test samples (R²)");
  return (
    <section class="curves" aria-labelledby="curves-title">
      <h2 id="curves-title">{measure}</h2>
      <div class="chart read" onPointerMove={point} onPointerLeave={leave}>
        <Picture
          label={t("The median of each model over the number of training samples, and the band of its draws")}
          describedBy="verdict"
          draw={draw}
        />
        <input
          type="range"
          class="reader"
          aria-label={t("Read the curves at a number of training samples")}
          aria-valuetext={words.value}
          min={0}
          max={Math.max(0, counts.value.length - 1)}
          step={1}
          value={Math.max(0, cursor.value)}
          onInput={({ currentTarget }) => (cursor.value = currentTarget.valueAsNumber)}
          onFocus={({ currentTarget }) => {
            if (currentTarget.matches(":focus-visible")) cursor.value = Math.max(0, cursor.value);
          }}
          onBlur={leave}
        />
      </div>
      <p class="axis-name across">{t("Training samples")} →</p>
      <ul class="keys">
        {lines.value.map((line) => (
          <li key={nameOf(line, isShare.value)}>
            <i class={line.inputs} style={{ color: colorOf(line.model, inks.value) }} />
            {nameOf(line, isShare.value)}
          </li>
        ))}
      </ul>
      <p class="read-out" aria-hidden="true">
        {words.value}
      </p>
      <p id="verdict" class="verdict">
        {verdict.value || t("Nothing is trained yet.")}
      </p>
      <p class="quiet">
        {t("Thick: the network. Shaded: from the lowest draw to the highest.")}{" "}
        {lines.value.some(({ inputs }) => inputs === "engineered") &&
          t("Dashed: engineered inputs, {engineering}.", { engineering: t(plan.value?.engineering ?? "") })}
      </p>
    </section>
  );
}

function draw(pen: Pen, inks: Inks): void {
  const names = narrow.matches ? [] : lines.value.map((line) => nameOf(line, isShare.value));
  area = drawLines(pen, counts.value, lines.value, { names, isShare: isShare.value, cursor: cursor.value }, inks);
}

/** "69 samples: Network 88.1%, Decision tree 55.2%". */
const words = computed(() => {
  const at = cursor.value;
  const read = lines.value.flatMap((line) => {
    const value = line.middle[at] ?? NaN;
    return Number.isFinite(value) ? [`${nameOf(line, isShare.value)} ${scoreText(value, isShare.value)}`] : [];
  });
  if (at < 0) return t("Point at the curves to read them.");
  return t("{samples} samples: {values}", {
    samples: count(counts.value[at] ?? 0),
    values: read.join("; ") || t("not trained yet"),
  });
});

/** The size that is nearest to the pointer, as its logarithm goes. */
function point({ currentTarget, clientX }: PointerEvent): void {
  const sizes = counts.value;
  if (!(currentTarget instanceof Element) || !sizes.length) return;
  const share = (clientX - currentTarget.getBoundingClientRect().left - area.left) / area.width;
  const [fewest = 1, most = 1] = [sizes[0], sizes.at(-1)];
  const wanted = Math.log(fewest) + share * Math.log(most / fewest);
  const far = sizes.map((size) => Math.abs(Math.log(size) - wanted));
  cursor.value = far.indexOf(Math.min(...far));
}

function leave({ currentTarget }: Event): void {
  const isReading = currentTarget instanceof Element && currentTarget.contains(document.activeElement);
  if (!isReading) cursor.value = -1;
}
