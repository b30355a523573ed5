/** What outlives a reload: the run, in this tab's storage, and the experiment, in the link. */
import { linkOf, readLink, type Reading } from "../link.ts";
import { isSame, valueAt } from "../path.ts";
import { catalogue, type Experiment } from "../store.ts";

const RUN_KEY = "run";

export interface Run {
  readonly id: string;
  readonly experiment: Experiment;
}

export function remember(run: Run): void {
  sessionStorage.setItem(RUN_KEY, JSON.stringify({ id: run.id, experiment: run.experiment }));
  const link = linkOf(catalogue.schema, catalogue.default, run.experiment);
  if (location.hash.slice(1) !== link) history.replaceState(null, "", link ? `#${link}` : location.pathname);
}

/** The experiment that the address asks for. */
export function linkedExperiment(): Reading {
  return readLink(catalogue.schema, catalogue.default, location.hash.slice(1));
}

/** This tab's run, if it is of the wanted experiment. What a link leaves to the server is not compared. */
export function rememberedRun(wanted: unknown): Run | null {
  const text = sessionStorage.getItem(RUN_KEY);
  if (!text) return null;
  const run = JSON.parse(text) as Run;
  const spoken = Object.entries(run.experiment).filter(([name]) => valueAt(wanted, name) !== undefined);
  return isSame(Object.fromEntries(spoken), wanted) ? run : null;
}
