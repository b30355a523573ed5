/** The numbers behind the chart. */
import { count } from "../format.ts";
import { t } from "../language.ts";
import { counts, cursor, isShare, lines, plan } from "./curve.ts";
import { nameOf, scoreText } from "./words.ts";

export function Told() {
  if (!plan.value) return null;
  const { tested } = plan.value;
  return (
    <section class="told" aria-label={t("In numbers")}>
      <div class="scrolled tall" tabIndex={0} role="region" aria-label={t("Scores by size")}>
        <table>
          <caption>
            {isShare.value ? t("Right on the test samples") : t("Variance explained on the test samples (R²)")}
          </caption>
          <thead>
            <tr>
              <th scope="col">{t("Training samples")}</th>
              {lines.value.map((line) => (
                <th key={nameOf(line, isShare.value)} scope="col">
                  {nameOf(line, isShare.value)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {counts.value.map((size, i) => (
              <tr key={size} data-looked={cursor.value === i}>
                <th scope="row">{count(size)}</th>
                {lines.value.map((line) => (
                  <td key={nameOf(line, isShare.value)}>{scoreText(line.middle[i] ?? NaN, isShare.value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">
        {t("The median of the draws. All are tested by the same {tested} samples, which nobody learns from.", {
          tested: count(tested),
        })}
      </p>
    </section>
  );
}
