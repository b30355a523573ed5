/** What was changed on a run's way, and when: fetched when it is unfolded. */
import { count } from "../format.ts";
import { t } from "../language.ts";
import { changes, lookAtChanges } from "./shelf.ts";
import type { KeptRun, RunChange } from "./server.ts";
import { changeText, timeOf } from "./words.ts";

export function Changes({ run, name }: { run: KeptRun; name: string }) {
  return (
    <details class="changes" onToggle={(event) => event.currentTarget.open && void lookAtChanges(run.id)}>
      <summary>
        {t("What was changed")}
        <span class="unseen">{t("in {name}", { name })}</span>
      </summary>
      <ChangeList run={run} known={changes.value[run.id]} />
    </details>
  );
}

function ChangeList({ run, known }: { run: KeptRun; known: readonly RunChange[] | undefined }) {
  if (!known) return <p class="quiet">{t("Looking it up")}</p>;
  if (!known.length) return <p class="quiet">{t("Nothing was changed on the way.")}</p>;
  return (
    <ol>
      {known.map((change) => (
        <li key={`${change.at} ${change.step}`}>
          <b>{t("Epoch {epoch}", { epoch: count(Math.floor(change.epoch)) })}</b>
          <span>{changeText(change, run.experiment)}</span>
          <time class="quiet" dateTime={new Date(change.at * 1000).toISOString()}>
            {timeOf(change.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}
