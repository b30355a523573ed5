/** What this browser keeps between visits. Where it will keep nothing, everything is as on a first visit. */

/** The kept text, or null. */
export function recall(key: string, place: () => Storage = browser): string | null {
  try {
    return place().getItem(key);
  } catch {
    return null;
  }
}

export function keep(key: string, text: string, place: () => Storage = browser): void {
  try {
    place().setItem(key, text);
  } catch {
    // A browser may refuse; then the next visit begins anew.
  }
}

/** Kept for all visits. */
export function browser(): Storage {
  return localStorage;
}

/** Kept while the tab is open. */
export function thisTab(): Storage {
  return sessionStorage;
}
