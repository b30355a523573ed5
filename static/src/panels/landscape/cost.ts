/** About how long the server works for a landscape: it looks at all training samples at each place. */

const LOOK_SECONDS = 4e-5;
const MULTIPLICATION_SECONDS = 8e-10;
/** Places along each side, as app/surveying.py has them: coarse, and fine as far as there is time for it. */
const COARSE = 25;
const FINE = [101, 51] as const;
const FINE_SECONDS = 40;

export function secondsFor(parameters: number, samples: number): number {
  const look = LOOK_SECONDS + MULTIPLICATION_SECONDS * parameters * samples;
  const fine = FINE.map((side) => side ** 2 * look).find((seconds) => seconds <= FINE_SECONDS);
  return COARSE ** 2 * look + (fine ?? 0);
}
