/** The transport of one who only watches: how far it is, and the curves to be read. */
import { t } from "../language.ts";
import { Scrubber } from "./scrubber.tsx";
import { Epoch } from "./transport.tsx";

export function Watching() {
  return (
    <section class="transport" aria-label={t("Transport")} id="transport" tabIndex={-1}>
      <b class="live">{t("Live")}</b>
      <Scrubber />
      <Epoch />
    </section>
  );
}
