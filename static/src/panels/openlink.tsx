/** From a frame of another page to the whole playground, with the same experiment. */
import { t } from "../language.ts";
import { linkOf } from "../link.ts";
import { catalogue, experiment } from "../store.ts";

const search = new URLSearchParams(location.search);
search.delete("embed");
const address = search.size ? `${location.pathname}?${search.toString()}` : location.pathname;

export function OpenLink() {
  return (
    <>
      <h1 class="unseen">{t("Playground")}</h1>
      <a
        class="open-link"
        href={`${address}#${linkOf(catalogue, experiment.value)}`}
        target="_blank"
        rel="noopener"
        aria-label={t("Open in a page of its own")}
      >
        {t("Open")} <span aria-hidden="true">↗</span>
      </a>
    </>
  );
}
