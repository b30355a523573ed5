/** The page of my runs: a shelf to look through, or some of its runs beside each other. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { count } from "../format.ts";
import { Icon } from "../icons.tsx";
import { plural, t } from "../language.ts";
import { ThemeButton } from "../panels/theme.tsx";
import { Card } from "./card.tsx";
import { Comparison } from "./comparison.tsx";
import { Dialogs, isDeletingAll } from "./dialogs.tsx";
import {
  announcement,
  bring,
  compared,
  comparisonOf,
  found,
  look,
  most,
  problem,
  runs,
  search,
  standing,
  ticked,
} from "./shelf.ts";

const FEWEST_COMPARED = 2;

export function Page() {
  return (
    <>
      <header class="top">
        <h1>{t("My runs")}</h1>
        <nav aria-label={t("Main")}>
          <ThemeButton />
          <a class="button outlined" href="/">
            <Icon name="back" /> {t("Playground")}
          </a>
        </nav>
      </header>
      <Notice />
      <main class="shelf">{compared.value.length && standing.value !== "loading" ? <Comparison /> : <Shelf />}</main>
      <Dialogs />
      <p class="unseen" aria-live="polite">
        {announcement.value}
      </p>
    </>
  );
}

function Notice() {
  if (!problem.value) return null;
  return (
    <div class="notice warning" role="alert">
      <span>{problem.value}</span>
      {standing.value === "away" ? (
        <button type="button" class="button outlined" onClick={() => void look()}>
          {t("Try again")}
        </button>
      ) : (
        <button type="button" class="button square" aria-label={t("Close")} onClick={() => (problem.value = "")}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function Shelf() {
  if (standing.value === "loading") return <p class="quiet">{t("Looking for your runs")}</p>;
  if (!runs.value.length) return <Empty />;
  return (
    <>
      <Tools />
      <p class="quiet">{summary()}</p>
      {found.value.length > 0 ? (
        <ul class="runs" aria-label={t("My runs")}>
          {found.value.map((run) => (
            <Card key={run.id} run={run} />
          ))}
        </ul>
      ) : (
        <p>{t("No run has all these words in its name or its experiment.")}</p>
      )}
      <button type="button" class="button outlined all" onClick={() => (isDeletingAll.value = true)}>
        {t("Delete everything of mine")}
      </button>
    </>
  );
}

function summary(): string {
  const shown = plural(found.value.length, "One run.", "{count} runs.");
  if (!most.value) return shown;
  if (runs.value.length < most.value)
    return `${shown} ${t("There may be {most}; what is not pinned is deleted after a long rest.", { most: count(most.value) })}`;
  return `${shown} ${t("These are as many as there may be: the oldest without a pin, a name or a link makes place for the next.")}`;
}

function Tools() {
  const isEnough = ticked.value.length >= FEWEST_COMPARED;
  return (
    <div class="tools">
      <label class="search">
        {t("Search")}
        <input
          type="search"
          class="typed"
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
        />
      </label>
      {isEnough ? (
        <a class="button primary" href={comparisonOf(ticked.value)}>
          {plural(ticked.value.length, "Compare one run", "Compare {count} runs")}
        </a>
      ) : (
        <span class="quiet">{t("Tick two to four runs to compare them.")}</span>
      )}
      <Bring />
    </div>
  );
}

function Bring() {
  return (
    <label class="button outlined bring">
      <input
        type="file"
        class="unseen"
        accept=".run"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (file) void bring(file);
        }}
      />
      {t("Open a run's file")}
    </label>
  );
}

function Empty() {
  const told = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => told.current?.focus(), []); // what had the focus is gone
  if (standing.value === "away") return null;
  return (
    <div class="empty">
      {announcement.value && (
        <p ref={told} tabIndex={-1}>
          {announcement.value}
        </p>
      )}
      <h2>{t("There is no run of yours yet.")}</h2>
      <p>{t("Train a network, change a setting, and it is kept here: with its curve, its weights and its past.")}</p>
      <div class="ways-out">
        <a class="button primary" href="/">
          {t("Train a network")}
        </a>
        <Bring />
      </div>
    </div>
  );
}
