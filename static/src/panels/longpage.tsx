/** What the pages that are read from top to bottom share: what went wrong, and what to begin with. */
import type { ComponentChildren } from "preact";
import { t } from "../language.ts";

/** What went wrong. `onRetry`: there is something to try again. */
export function Notice({ text, onRetry }: { readonly text: string; readonly onRetry: (() => void) | null }) {
  if (!text) return null;
  return (
    <div class="notice warning" role="alert">
      <span>{text}</span>
      {onRetry && (
        <button type="button" class="button outlined" onClick={onRetry}>
          {t("Try again")}
        </button>
      )}
    </div>
  );
}

interface StoryProps {
  readonly stories: readonly { readonly name: string; readonly title: string; readonly says: string }[];
  readonly chosen: { readonly name: string; readonly says: string } | undefined;
  /** What it is called when it is none of them, and what is said of it then. */
  readonly own: string;
  readonly saysOfOwn?: string;
  readonly onChoose: (name: string) => void;
  readonly isDisabled?: boolean;
  readonly children?: ComponentChildren;
}

/** What to begin with. */
export function Stories({ stories, chosen, own, saysOfOwn = "", onChoose, isDisabled, children }: StoryProps) {
  return (
    <fieldset class="stories" disabled={isDisabled}>
      <label>
        {t("Begin with")}
        <select value={chosen?.name ?? ""} onChange={(event) => onChoose(event.currentTarget.value)}>
          {!chosen && <option value="">{own}</option>}
          {stories.map(({ name, title }) => (
            <option key={name} value={name}>
              {t(title)}
            </option>
          ))}
        </select>
      </label>
      {children}
      <p>{chosen ? t(chosen.says) : saysOfOwn}</p>
    </fieldset>
  );
}
