/** Small pictures of one number, in a bar: a share of a whole, and a ratio on a log scale. The style sheet paints them. */

/** From a millionth to 1, each power of ten as wide as the next. */
const SMALLEST_POWER = -6;

/** All units: the dead ones full, and hatched those that are saturated. */
export function Shares({ dead, saturated }: { dead: number; saturated: number }) {
  return (
    <span class="gauge" aria-hidden="true">
      <i class="dead" style={{ width: percent(dead) }} />
      <i class="saturated" style={{ left: percent(dead), width: percent(Math.min(saturated, 1 - dead)) }} />
    </span>
  );
}

/** Where a ratio lies, beside what is healthy; 0 is not on the scale. */
export function Ratio({ ratio }: { ratio: number }) {
  const place = Math.max(0, Math.min(1, 1 - Math.log10(ratio) / SMALLEST_POWER));
  return (
    <span class="gauge" aria-hidden="true">
      <i class="healthy" />
      {ratio > 0 && <i class="now" style={{ left: percent(place) }} />}
    </span>
  );
}

/** How far a value has come towards a limit, which has a mark of its own. */
export function Limit({ value, limit }: { value: number; limit: number }) {
  const whole = 1.25 * Math.max(value, limit) || 1;
  return (
    <span class="gauge" aria-hidden="true">
      <i class="reached" style={{ width: percent(value / whole) }} />
      <i class="limit" style={{ left: percent(limit / whole) }} />
    </span>
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
