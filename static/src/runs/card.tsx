/** A kept run on the shelf: how it looks, how far it is, and what can be done with it. */
import { signal } from "@preact/signals";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { learningAddress, linkOf } from "../link.ts";
import { catalogue } from "../store.ts";
import { Changes } from "./changes.tsx";
import { LossCurve } from "./chart.tsx";
import { thumbnailOf, type KeptRun } from "./server.ts";
import { addressOf, fork, MOST_COMPARED, pin, runOf, save, tick, ticked } from "./shelf.ts";
import { ago, nameOfRun, resultOf, stateOf, timeOf } from "./words.ts";

/** The run that is being renamed, or is to be deleted; "" is none. */
export const renamed = signal("");
export const deleted = signal("");

export function Card({ run }: { run: KeptRun }) {
  const name = nameOfRun(run);
  return (
    <li class="run" aria-labelledby={`run-${run.id}`}>
      <Thumbnail run={run} />
      {run.problem ? <Broken run={run} name={name} /> : <Whole run={run} name={name} />}
    </li>
  );
}

/** It is there, but nothing in it can be read any more. */
function Broken({ run, name }: { run: KeptRun; name: string }) {
  return (
    <>
      <div class="run-words">
        <h2 id={`run-${run.id}`}>{name}</h2>
        <p class="problem">{t(run.problem)}</p>
        <Facts run={run} />
      </div>
      <div class="run-actions" role="group" aria-label={t("What to do with {name}", { name })}>
        <Delete run={run} />
      </div>
    </>
  );
}

function Whole({ run, name }: { run: KeptRun; name: string }) {
  return (
    <>
      <div class="run-words">
        <h2 id={`run-${run.id}`}>
          <a href={addressOf(run.id)}>{name}</a>
        </h2>
        <p>
          {run.name ? `${t(run.title)}, ` : ""}
          {t(run.summary)}
        </p>
        <p>
          <b>{stateOf(run)}</b>
          {resultOf(run) && `: ${resultOf(run)}`}
        </p>
        <Facts run={run} />
      </div>
      <LossCurve run={run} label={t("Loss of {name}: {result}", { name, result: resultOf(run) })} />
      <Actions run={run} name={name} />
      <Changes run={run} name={name} />
    </>
  );
}

export function Thumbnail({ run }: { run: KeptRun }) {
  if (run.portrayed_at === null) return <div class="thumbnail" aria-hidden="true" />;
  const alt = t("What {name} has learned", { name: nameOfRun(run) });
  return <img class="thumbnail" src={thumbnailOf(run)} alt={alt} width="112" height="112" loading="lazy" />;
}

function Facts({ run }: { run: KeptRun }) {
  const origin = runOf(run.origin);
  return (
    <p class="facts quiet">
      <time dateTime={new Date(run.touched_at * 1000).toISOString()} title={timeOf(run.touched_at)}>
        {ago(run.touched_at)}
      </time>
      {run.is_pinned && <span>{t("pinned")}</span>}
      {run.is_shared && <span>{t("shared")}</span>}
      {run.origin && <span>{origin ? t("a fork of {name}", { name: nameOfRun(origin) }) : t("a fork")}</span>}
    </p>
  );
}

function Actions({ run, name }: { run: KeptRun; name: string }) {
  const isTicked = ticked.value.includes(run.id);
  return (
    <div class="run-actions" role="group" aria-label={t("What to do with {name}", { name })}>
      <label class="check">
        <input
          type="checkbox"
          checked={isTicked}
          disabled={!isTicked && ticked.value.length >= MOST_COMPARED}
          onChange={(event) => tick(run.id, event.currentTarget.checked)}
        />
        {t("Compare")}
      </label>
      <button type="button" class="button" onClick={() => (renamed.value = run.id)}>
        {t("Rename")}
      </button>
      <button
        type="button"
        class="button"
        aria-pressed={run.is_pinned}
        title={t("What is pinned is never deleted for its age")}
        onClick={() => void pin(run, !run.is_pinned)}
      >
        {run.is_pinned && <Icon name="check" />}
        {t("Pin")}
      </button>
      <button
        type="button"
        class="button"
        title={t("Go on from here in a run of its own")}
        onClick={() => void fork(run)}
      >
        {t("Fork")}
      </button>
      <a class="button" href={`/race#run=${run.id}`} title={t("Let it race against others from epoch 0")}>
        {t("Race")}
      </a>
      <a
        class="button"
        href={`/sweep#${linkOf(catalogue, run.experiment)}`}
        title={t("Train its experiment many times: over two settings, or from many seeds")}
      >
        {t("Sweep")}
      </a>
      <a
        class="button"
        href={learningAddress(catalogue, run.experiment)}
        title={t("Train its network on more and more of its data, beside models without hidden layers")}
      >
        {t("Learning curve")}
      </a>
      <button type="button" class="button" title={t("Save the whole run as a file")} onClick={() => void save(run)}>
        {t("Save")}
      </button>
      <Delete run={run} />
    </div>
  );
}

function Delete({ run }: { run: KeptRun }) {
  return (
    <button type="button" class="button" onClick={() => (deleted.value = run.id)}>
      {t("Delete")}
    </button>
  );
}
