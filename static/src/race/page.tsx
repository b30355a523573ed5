/** The page of the race: the lanes beside each other, who is ahead, the curves, the table, and what can be set. */
import { signal } from "@preact/signals";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { later } from "../panels/later.tsx";
import { Notice, Stories } from "../panels/longpage.tsx";
import { ThemeButton } from "../panels/theme.tsx";
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
          <ThemeButton hint={t("Light or dark (T)")} />
          <a class="button outlined" href="/runs">
            <Icon name="runs" /> {t("My runs")}
          </a>
          <a class="button outlined" href="/">
            <Icon name="back" /> {t("Playground")}
          </a>
        </nav>
      </header>
      <Notice text={problem.value || linkProblem.value} onRetry={problem.value ? retry : null} />
      <main class="racing" aria-busy={isMaking.value}>
        <div class="course">
          <Stories
            stories={stories}
            chosen={story.value}
            own={t("Your own race")}
            saysOfOwn={t("All begin with the same weights where their shapes allow, and see the same samples.")}
            onChoose={tell}
          />
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
