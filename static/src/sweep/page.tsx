/** The page of sweeps: one experiment trained many times, over two of its settings or over its seeds. */
import { Segments } from "../form/controls.tsx";
import { choose } from "../form/setting.ts";
import { number } from "../format.ts";
import { Icon } from "../icons.tsx";
import { plural, t } from "../language.ts";
import { Notice, Stories } from "../panels/longpage.tsx";
import { ThemeButton } from "../panels/theme.tsx";
import { Progress } from "../study/progress.tsx";
import { stories } from "../study/study.ts";
import { Ensemble } from "./ensemble.tsx";
import { HeatMap, Legend } from "./heatmap.tsx";
import { Setup } from "./setup.tsx";
import { isEnsemble, sweeping } from "./study.ts";
import { Told } from "./told.tsx";

const WAYS: Readonly<Record<"settings" | "seeds", string>> = { settings: t("Two settings"), seeds: t("Many seeds") };

export function Page() {
  const { problem, linkProblem, plan } = sweeping;
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
        onRetry={problem.value ? () => (plan.value ? void sweeping.start() : sweeping.retry()) : null}
      />
      <main class="study" aria-busy={sweeping.isAsking.value}>
        <div class="scene">
          <Stories stories={stories} chosen={sweeping.story.value} own={t("Your own")} onChoose={sweeping.tell} />
          <Progress
            of={sweeping}
            label={t("Runs that are done")}
            planned={plan.value ? plannedText(plan.value.parts, plan.value.seconds) : ""}
            failed={(count) => plural(count, "One run could not be trained.", "{count} runs could not be trained.")}
          />
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
        {sweeping.announcement.value}
      </p>
    </>
  );
}

function plannedText(runs: number, seconds: number): string {
  return t("{runs} runs, about {seconds} seconds of one processor.", { runs, seconds: number(Math.ceil(seconds), 2) });
}
