/** `?hide=` in the address: parts of the page and settings to leave out, for a class that is to look at the rest. */

/** What can be left out besides settings; `data` and `network` are both. */
export const PARTS = ["data", "training", "network", "inspector", "result", "transport", "share", "save"] as const;

const names = new URLSearchParams(location.search)
  .getAll("hide")
  .flatMap((list) => list.split(","))
  .map((name) => name.trim())
  .filter(Boolean);

/** Whether a part of the page, or a setting by its path, is left out: by its own name, or with all that it belongs to. */
export function hides(place: string): boolean {
  return names.some((name) => `${place}.`.startsWith(`${name}.`));
}

/** Whether nothing is left to be set up. */
export const hidesSetup = hides("data") && hides("training");

/** The names that may be settings, or nothing. */
export const otherNames: readonly string[] = names.filter((name) => !PARTS.some((part) => part === name));

/** Whether the page stands inside another one, where the server shows no page but this. */
export const isFramed = parent !== window;
