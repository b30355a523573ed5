/** How up to four that are drawn together look: told apart by letter, colour and dashes. */

export interface Look {
  readonly letter: string;
  /** The name of the colour in the style sheet. */
  readonly color: string;
  readonly dash: readonly number[];
}

export const LOOKS: readonly Look[] = [
  { letter: "A", color: "--color-race-1", dash: [] },
  { letter: "B", color: "--color-race-2", dash: [7, 3] },
  { letter: "C", color: "--color-race-3", dash: [2, 3] },
  { letter: "D", color: "--color-race-4", dash: [9, 3, 2, 3] },
];

/** The colour of the one in that place, in the theme that is on. */
export function colorOf(place: number): string {
  const { color } = LOOKS[place % LOOKS.length] as Look;
  return getComputedStyle(document.documentElement).getPropertyValue(color).trim();
}
