/** About how long the server works for a landscape: it looks at all training samples at each place. */

const LOOKS = 25 ** 2 + 101 ** 2;
const LOOK_SECONDS = 4e-5;
const MULTIPLICATION_SECONDS = 4e-10;

export function secondsFor(parameters: number, samples: number): number {
  return LOOKS * (LOOK_SECONDS + MULTIPLICATION_SECONDS * parameters * samples);
}
