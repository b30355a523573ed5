/** The page of sweeps: one experiment trained many times, over two of its settings or over its seeds. */
import { Segments } from "../form/controls.tsx";
import { choose } from "../form/setting.ts";
import { number } from "../format.ts";
import { Icon } from "../icons.tsx";
import { plural, t } from "../language.ts";
import { Notice, Stories } from "../panels/longpage.tsx";
import { ThemeButton } from "../panels/theme.tsx";
import { Ensemble } from "./ensemble.tsx";
import { HeatMap, Legend } from "./heatmap.tsx";
import { Setup } from "./setup.tsx";
import {
  announcement,
  cells,
  failures,
  isAsking,
  isEnsemble,
  isTraining,
  isWhole,
  linkProblem,
  mayStart,
  plan,
  problem,
  progress,
  retry,
  start,
  stop,
  stories,
  story,
  tell,
  total,
} from "./study.ts";
import { Told } from "./told.tsx";

const WAYS: Readonly<Record<"settings" | "seeds", string>> = { settings: t("Two settings"), seeds: t("Many seeds") };

export function Page() {
  return (
    <>
      <header class="top">
        <h1>{t("Sweep")}</h1>
        <Segments
          label={t("Over")}
          choices={[WAYS.settings, WAYS.seeds]}
          chosen={isEnsemble.value ? WAYS.seeds : WAYS.settings}
          onChoose={(choice) => choose("sweep.over", choice === WAYS.seeds ? "seeds" : "settings")}
        />
        <nav aria-label={t("Main")}>
          <ThemeButton />
          <a class="button outlined" href="/">
            <Icon name="back" /> {t("Playground")}
          </a>
        </nav>
      </header>
      <Notice
        text={problem.value || linkProblem.value}
        onRetry={problem.value ? () => (plan.value ? void start() : retry()) : null}
      />
      <main class="sweep" aria-busy={isAsking.value}>
        <div class="scene">
          <Stories stories={stories} chosen={story.value} own={t("Your own")} onChoose={tell} />
          <Progress />
          {isEnsemble.value ? (
            <Ensemble />
          ) : (
            <section aria-label={t("Map")}>
              <HeatMap />
              <Legend />
            </section>
          )}
        </div>
        <Told />
        <Setup />
      </main>
      <p class="unseen" aria-live="polite">
        {announcement.value}
      </p>
    </>
  );
}

/** Start, stop and resume, and how far it is. */
function Progress() {
  const done = cells.value.size;
  return (
    <section class="progress" aria-label={t("Progress")}>
      {isTraining.value ? (
        <button type="button" class="button primary" onClick={stop}>
          <Icon name="pause" /> {t("Stop")}
        </button>
      ) : (
        <button type="button" class="button primary" disabled={!mayStart.value} onClick={() => void start()}>
          <Icon name="play" /> {isWhole.value ? t("Done") : done ? t("Resume") : t("Train all")}
        </button>
      )}
      <progress max={total.value || 1} value={done} aria-label={t("Runs that are done")} />
      <span class="moment">
        {plan.value ? (done ? progress.value : plannedText(total.value, plan.value.seconds)) : ""}
      </span>
      {failures.value.size > 0 && (
        <span>
          {plural(failures.value.size, "One run could not be trained.", "{count} runs could not be trained.")}
        </span>
      )}
    </section>
  );
}

function plannedText(runs: number, seconds: number): string {
  return t("{runs} runs, about {seconds} seconds of one processor.", { runs, seconds: number(Math.ceil(seconds), 2) });
}
