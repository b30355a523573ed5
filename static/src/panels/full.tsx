/** The whole page while the server is full: why, what becomes of it, and how long it takes. */
import { t } from "../language.ts";
import { refusal } from "../store.ts";
import { countdown } from "./retry.ts";

export function Full() {
  return (
    <section class="full" aria-labelledby="full-title">
      <div role="alert">
        <h2 id="full-title">{t("The server is full")}</h2>
        <p>{refusal.value?.message}</p>
      </div>
      <p>{t("A place becomes free when somebody closes the page. This one waits, and then begins by itself.")}</p>
      <p class="countdown">{countdown}</p>
      <button type="button" class="button outlined" onClick={() => refusal.value?.again()}>
        {t("Try now")}
      </button>
    </section>
  );
}
