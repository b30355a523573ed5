/** Parts of the page whose code is fetched when they are first shown. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../language.ts";
import { isOutdated } from "../store.ts";
import { checkVersion } from "../version.ts";

type Part<Props> = (props: Props) => JSX.Element | null;

/** Long after the first view, soon enough to be there when it is wanted. */
const AHEAD_MS = 5000;

/**
 * A part that shows itself as soon as its code is there; without it, a way to try again. What is wanted even while the
 * connection is lost is fetched ahead.
 */
export function later<Props extends object>(fetched: () => Promise<Part<Props>>, isAhead = false): Part<Props> {
  const part = signal<Part<Props> | null>(null);
  const isMissing = signal(false);
  const fetchCode = async () => {
    isMissing.value = false;
    try {
      const found = await fetched();
      part.value = found;
    } catch {
      isMissing.value = true;
      void checkVersion();
    }
  };
  if (isAhead) setTimeout(() => void (part.value ?? fetchCode()), AHEAD_MS);
  return (props) => {
    useEffect(() => void (part.value ?? fetchCode()), []);
    const Found = part.value;
    if (Found) return <Found {...props} />;
    return isMissing.value ? <Missing again={() => void fetchCode()} /> : null;
  };
}

function Missing({ again }: { again: () => void }) {
  return (
    <p>
      {t("This part of the page could not be fetched.")}{" "}
      {isOutdated.value ? (
        <Reload />
      ) : (
        <button type="button" class="button outlined small" onClick={again}>
          {t("Try again")}
        </button>
      )}
    </p>
  );
}

/** The page comes back with the same run. */
export function Reload() {
  return (
    <button type="button" class="button outlined small" onClick={() => location.reload()}>
      {t("Reload")}
    </button>
  );
}
