/** The page of the race: the lanes beside each other, who is ahead, the curves, the table, and what can be set. */
import { signal } from "@preact/signals";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { keep } from "../storage.ts";
import { theme } from "../store.ts";
import { later } from "../panels/later.tsx";
import { Chart } from "./chart.tsx";
import { announcement, hasBegun, isMaking, lanes, linkProblem, problem, retry, stories, story, tell } from "./race.ts";
import { Setup } from "./setup.tsx";
import { Stage } from "./stage.tsx";
import { Table } from "./table.tsx";
import { Transport } from "./transport.tsx";
import { sentence } from "./words.ts";

export function Page() {
  return (
    <>
      <header class="top">
        <h1>{t("Race")}</h1>
        <nav aria-label={t("Main")}>
          <button
            type="button"
            class="button square"
            aria-label={theme.value === "dark" ? t("Switch to light") : t("Switch to dark")}
            onClick={switchTheme}
          >
            <Icon name="theme" />
          </button>
          <a class="button outlined" href="/runs">
            <Icon name="runs" /> {t("My runs")}
          </a>
          <a class="button outlined" href="/">
            <Icon name="back" /> {t("Playground")}
          </a>
        </nav>
      </header>
      <Notice />
      <main class="racing" aria-busy={isMaking.value}>
        <div class="course">
          <Stories />
          <p class="verdict" id="verdict">
            {sentence()}
          </p>
          <Transport />
          <Stage />
          <div class="told">
            <Chart />
            {lanes.value.length > 0 && <Table />}
          </div>
          {hasBegun.value && <Ground />}
          <p class="quiet keys">{t("Space starts and pauses, . goes one epoch on, Home goes back to the start.")}</p>
        </div>
        <Setup />
      </main>
      <p class="unseen" aria-live="polite">
        {announcement.value}
      </p>
    </>
  );
}

const isLandscapeOpen = signal(false);
const Landscape = later(async () => (await import("./landscape.tsx")).RaceLandscape);

/** The landscape is work for the server: somebody asks for it. */
function Ground() {
  const isOpen = isLandscapeOpen.value;
  return (
    <section class="weight-space" aria-labelledby="weight-space">
      <div class="heading">
        <h2 id="weight-space">{t("Their ways through weight space")}</h2>
        <button
          type="button"
          class="button outlined"
          aria-expanded={isOpen}
          onClick={() => (isLandscapeOpen.value = !isOpen)}
        >
          {t("Landscape")}
        </button>
      </div>
      {isOpen && <Landscape />}
    </section>
  );
}

function Notice() {
  if (!problem.value && !linkProblem.value) return null;
  return (
    <div class="notice warning" role="alert">
      <span>{problem.value || linkProblem.value}</span>
      {problem.value && (
        <button type="button" class="button outlined" onClick={retry}>
          {t("Try again")}
        </button>
      )}
    </div>
  );
}

function Stories() {
  const told = story.value;
  return (
    <div class="stories">
      <label>
        {t("Begin with")}
        <select value={told?.name ?? ""} onChange={(event) => tell(event.currentTarget.value)}>
          {!told && <option value="">{t("Your own race")}</option>}
          {stories.map(({ name, title }) => (
            <option key={name} value={name}>
              {t(title)}
            </option>
          ))}
        </select>
      </label>
      <p>
        {told ? t(told.says) : t("All begin with the same weights where their shapes allow, and see the same samples.")}
      </p>
    </div>
  );
}

export function switchTheme(): void {
  const next = theme.value === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  keep("theme", next);
}
