/** The page of learning curves: how good a network and flat models become with more and more data. */
import { number } from "../format.ts";
import { Icon } from "../icons.tsx";
import { plural, t } from "../language.ts";
import { Notice, Stories } from "../panels/longpage.tsx";
import { ThemeButton } from "../panels/theme.tsx";
import { Progress } from "../study/progress.tsx";
import { stories } from "../study/study.ts";
import { learning } from "./curve.ts";
import { Curves } from "./picture.tsx";
import { Setup } from "./setup.tsx";
import { Told } from "./told.tsx";

export function Page() {
  const { problem, linkProblem, plan } = learning;
  return (
    <>
      <header class="top">
        <h1>{t("Learning curve")}</h1>
        <nav aria-label={t("Main")}>
          <ThemeButton />
          <a class="button outlined" href="/">
            <Icon name="back" /> {t("Playground")}
          </a>
        </nav>
      </header>
      <Notice
        text={problem.value || linkProblem.value}
        onRetry={problem.value ? () => (plan.value ? void learning.start() : learning.retry()) : null}
      />
      <main class="study" aria-busy={learning.isAsking.value}>
        <div class="scene">
          <Stories stories={stories} chosen={learning.story.value} own={t("Your own")} onChoose={learning.tell} />
          <Progress
            of={learning}
            label={t("Points that are done")}
            planned={plan.value ? plannedText(plan.value.parts, plan.value.seconds) : ""}
            failed={(count) => plural(count, "One point could not be trained.", "{count} points could not be trained.")}
          />
          <Curves />
        </div>
        <Told />
        <Setup />
      </main>
      <p class="unseen" aria-live="polite">
        {learning.announcement.value}
      </p>
    </>
  );
}

function plannedText(points: number, seconds: number): string {
  return t("{points} points, about {seconds} seconds of one processor.", {
    points,
    seconds: number(Math.ceil(seconds), 2),
  });
}
