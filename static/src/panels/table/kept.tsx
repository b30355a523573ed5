/** What one has brought, in a list: to use it, to name, share or delete it; and what all of it takes. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import * as format from "../../format.ts";
import { isFramed } from "../../hide.ts";
import { plural, t } from "../../language.ts";
import { Refused } from "../../server.ts";
import { catalogue } from "../../store.ts";
import { Confirm } from "../confirm.tsx";
import type { Marks } from "./tables.ts";

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

interface Allowance {
  readonly kept: number;
  readonly most_tables: number;
  readonly bytes: number;
  /** What only runs hold of it. */
  readonly held_bytes: number;
  readonly most_bytes: number;
}

/** "Tables and sets of images: 3 of 20, 2.1 of 50 MB", and who holds what is in no list. */
export function Usage({
  of: { kept, most_tables: most, bytes, held_bytes: held, most_bytes: all },
}: {
  of: Allowance;
}) {
  return (
    <p class="quiet">
      {t("Tables and sets of images: {count} of {most}, {size} of {all} MB", {
        count: kept,
        most,
        size: megabytes(bytes),
        all: format.number(all / MB),
      })}
      {held > 0 && (
        <>
          {". "}
          {t("Of that, only your runs hold {size} MB: what was deleted, or is another's.", {
            size: megabytes(held),
          })}{" "}
          {!isFramed && <a href="/runs">{t("My runs")}</a>}
        </>
      )}
    </p>
  );
}

function megabytes(bytes: number): string {
  return bytes < MB / 20 ? format.number(bytes / MB, 1) : format.fixed(bytes / MB, 1);
}

interface KeptProps {
  readonly name: string;
  /** How much there is of it. */
  readonly says: string;
  readonly isShared: boolean;
  readonly isInUse: boolean;
  /** How many of one's runs train on it, or have. */
  readonly runs: number;
  readonly onUse: () => void;
  readonly onMark: (marks: Marks) => void;
  readonly onDelete: () => void;
  readonly children?: ComponentChildren;
}

export function KeptItem({ name, says, isShared, isInUse, runs, onUse, onMark, onDelete, children }: KeptProps) {
  const isRenaming = useSignal(false);
  const isDeleting = useSignal(false);
  const renameButton = useRef<HTMLButtonElement>(null);
  return (
    <li aria-current={isInUse ? "true" : undefined}>
      {isRenaming.value ? (
        <Rename
          name={name}
          onEnd={() => renameButton.current?.focus()}
          onName={(next) => {
            isRenaming.value = false;
            if (next !== name) onMark({ name: next });
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
      <div class="bring-ways">
        <button type="button" class="button outlined small" onClick={onUse}>
          {t("Use")}
          <span class="unseen"> {name}</span>
        </button>
        <button ref={renameButton} type="button" class="button small" onClick={() => (isRenaming.value = true)}>
          {t("Rename")}
          <span class="unseen"> {name}</span>
        </button>
        {children}
        <button type="button" class="button small" onClick={() => (isDeleting.value = true)}>
          {t("Delete")}
          <span class="unseen"> {name}</span>
        </button>
      </div>
      {isDeleting.value && (
        <Confirm
          title={t("Delete {name}?", { name })}
          act={t("Delete for good")}
          onYes={onDelete}
          onClose={() => (isDeleting.value = false)}
        >
          <p>{t("It cannot be brought back, and nobody with a link to it can begin with it any more.")}</p>
          {runs > 0 && <p>{runsText(runs)}</p>}
        </Confirm>
      )}
    </li>
  );
}

function runsText(runs: number): string {
  return plural(
    runs,
    "One of your runs trains on it: it goes on, and keeps it for itself.",
    "{count} of your runs train on it: they go on, and keep it for themselves.",
  );
}

/** What was deleted. It has the focus then: what had it is gone. */
export function Deleted({ of }: { of: { readonly name: string } | null }) {
  const told = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => told.current?.focus(), [of]);
  return of ? (
    <p ref={told} class="mine-deleted" tabIndex={-1} role="status">
      {t("{name} is deleted.", { name: of.name })}
    </p>
  ) : null;
}

interface RenameProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  /** Done by a key: the focus may go on. */
  readonly onEnd: () => void;
}

function Rename({ name, onName, onEnd }: RenameProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <input
      ref={field}
      class="typed"
      aria-label={t("Name")}
      maxLength={catalogue.limits.name}
      autocomplete="off"
      defaultValue={name}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault(); // the window stays, and no button that has the focus next is pressed
        if (event.key === "Escape") event.currentTarget.value = name;
        onEnd();
      }}
      onBlur={(event) => onName(event.currentTarget.value)}
    />
  );
}
