/** The few icons of the page, drawn with one stroke. */

const PATHS = {
  play: "M6 3.6v12.8a.8.8 0 0 0 1.2.7l10-6.4a.8.8 0 0 0 0-1.4l-10-6.4A.8.8 0 0 0 6 3.6z",
  pause: "M5 3h3.5v14H5zM11.5 3h3.5v14h-3.5z",
  reset: "M3 3v4h4M3.3 7A5.2 5.2 0 1 1 3 9.5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  share:
    "M5.9 8a1.9 1.9 0 1 1-3.8 0 1.9 1.9 0 0 1 3.8 0zM13.9 3.6a1.9 1.9 0 1 1-3.8 0 1.9 1.9 0 0 1 3.8 0zM13.9 12.4a1.9 1.9 0 1 1-3.8 0 1.9 1.9 0 0 1 3.8 0zM5.7 7.1l4.6-2.6M5.7 8.9l4.6 2.6",
  save: "M8 2.5v8M4.5 7.2L8 10.7l3.5-3.5M2.5 13.5h11",
  theme: "M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0zM8 2.5v11M8 5h4M8 8h5.5M8 11h4",
  die: "M5 2.5h6A2.5 2.5 0 0 1 13.5 5v6a2.5 2.5 0 0 1-2.5 2.5H5A2.5 2.5 0 0 1 2.5 11V5A2.5 2.5 0 0 1 5 2.5zM5.5 5.5h.01M10.5 10.5h.01M8 8h.01",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  settings: "M2 5h7.5M12.5 5H14M2 11h1.5M6.5 11H14M11 3.5v3M5 9.5v3",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3 8.5l3.5 3.5L13 4.5",
  undo: "M6 3L3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6",
  redo: "M10 3l3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H10",
  down: "M4 6.5l4 4 4-4",
  back: "M10 3L5 8l5 5",
  next: "M6 3l5 5-5 5",
  gallery: "M2.5 2.5H7V7H2.5zM9 2.5h4.5V7H9zM2.5 9H7v4.5H2.5zM9 9h4.5v4.5H9z",
  runs: "M2.5 2.5v11h11M5 10.5c1-6 2.5-7 8.5-7.5M5 6c2 4 4 4.5 8.5 4.5",
  keys: "M2 4h12v8H2zM4.5 6.5h.01M7 6.5h.01M9.5 6.5h.01M12 6.5h.01M5 9.5h6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  const isFilled = name === "play" || name === "pause";
  return (
    <svg class={isFilled ? "icon filled" : "icon"} viewBox={isFilled ? "0 0 20 20" : "0 0 16 16"} aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
