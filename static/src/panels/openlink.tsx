/** From a frame of another page to the whole playground, with the same experiment. */
import { linkOf } from "../link.ts";
import { catalogue, experiment } from "../store.ts";

const search = new URLSearchParams(location.search);
search.delete("embed");
const address = search.size ? `${location.pathname}?${search.toString()}` : location.pathname;

export function OpenLink() {
  return (
    <>
      <h1 class="unseen">Playground</h1>
      <a class="open-link" href={`${address}#${linkOf(catalogue, experiment.value)}`} target="_blank" rel="noopener">
        Open <span class="unseen">in a page of its own</span>
        <span aria-hidden="true">↗</span>
      </a>
    </>
  );
}
