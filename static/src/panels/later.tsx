/** Parts of the page whose code is fetched when they are first shown. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../language.ts";

type Part<Props> = (props: Props) => JSX.Element | null;

/** A part that shows itself as soon as its code is there; without it, a way to try again. */
export function later<Props extends object>(fetched: () => Promise<Part<Props>>): Part<Props> {
  const part = signal<Part<Props> | null>(null);
  const isMissing = signal(false);
  const fetchCode = async () => {
    isMissing.value = false;
    try {
      const found = await fetched();
      part.value = found;
    } catch {
      isMissing.value = true;
    }
  };
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
      <button type="button" class="button outlined small" onClick={again}>
        {t("Try again")}
      </button>
    </p>
  );
}
