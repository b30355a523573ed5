/** What one has brought, in a list: to use it, to name, share or delete it; and what all of it takes. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { Refused } from "../../server.ts";
import { catalogue } from "../../store.ts";

const MB = 2 ** 20;

interface Asking {
  readonly problem: ReadonlySignal<string>;
  readonly attempt: (act: () => Promise<void>) => void;
}

/** Why the server said no to what was asked last, and how to ask it for something. */
export function useAttempt(): Asking {
  const problem = useSignal("");
  const attempt = async (act: () => Promise<void>) => {
    problem.value = "";
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem.value = error.message;
    }
  };
  return { problem, attempt: (act) => void attempt(act) };
}

export function Problem({ text }: { text: string }) {
  return text ? (
    <p class="problem" role="alert">
      {text}
    </p>
  ) : null;
}

interface Usage {
  readonly kept: number;
  readonly most_tables: number;
  readonly bytes: number;
  readonly most_bytes: number;
}

/** "Tables and sets of images: 3 of 20, 2.1 of 50 MB". */
export function usageText({ kept, most_tables: most, bytes, most_bytes: all }: Usage): string {
  return t("Tables and sets of images: {count} of {most}, {size} of {all} MB", {
    count: kept,
    most,
    size: format.fixed(bytes / MB, 1),
    all: format.number(all / MB),
  });
}

interface KeptProps {
  readonly name: string;
  /** How much there is of it. */
  readonly says: string;
  readonly isShared: boolean;
  readonly isInUse: boolean;
  readonly onUse: () => void;
  readonly onMark: (marks: { name?: string; is_shared?: boolean }) => void;
  readonly onDelete: () => void;
  readonly children?: ComponentChildren;
}

export function KeptItem({ name, says, isShared, isInUse, onUse, onMark, onDelete, children }: KeptProps) {
  const isRenaming = useSignal(false);
  const isSure = useSignal(false);
  return (
    <li aria-current={isInUse ? "true" : undefined}>
      {isRenaming.value ? (
        <Rename
          name={name}
          onName={(next) => {
            isRenaming.value = false;
            if (next !== null && next !== name) onMark({ name: next });
          }}
        />
      ) : (
        <p>
          <b>{name}</b> <span class="quiet">{says}</span>
        </p>
      )}
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          checked={isShared}
          onChange={(event) => onMark({ is_shared: event.currentTarget.checked })}
        />
        {t("Shared: whoever has a link with it may train on it")}
      </label>
      <p class="bring-ways">
        <button type="button" class="button outlined small" onClick={onUse}>
          {t("Use")}
          <span class="unseen"> {name}</span>
        </button>
        <button type="button" class="button small" onClick={() => (isRenaming.value = true)}>
          {t("Rename")}
          <span class="unseen"> {name}</span>
        </button>
        {children}
        {isSure.value ? (
          <>
            <button type="button" class="button dangerous small" onClick={onDelete}>
              {t("Delete for good")}
            </button>
            <button type="button" class="button small" onClick={() => (isSure.value = false)}>
              {t("Keep")}
            </button>
          </>
        ) : (
          <button type="button" class="button small" onClick={() => (isSure.value = true)}>
            {t("Delete")}
            <span class="unseen"> {name}</span>
          </button>
        )}
      </p>
    </li>
  );
}

/** Told null where the name stays as it is. */
function Rename({ name, onName }: { name: string; onName: (name: string | null) => void }) {
  return (
    <input
      class="typed"
      autofocus
      aria-label={t("Name")}
      maxLength={catalogue.limits.name}
      autocomplete="off"
      defaultValue={name}
      onKeyDown={(event) => {
        if (event.key === "Enter") onName(event.currentTarget.value);
        if (event.key !== "Escape") return;
        event.preventDefault(); // the window stays
        onName(null);
      }}
      onBlur={(event) => onName(event.currentTarget.value)}
    />
  );
}
