/** Which language the page is in: each by its own name. */
import { language, t } from "../language.ts";

const NAMES = JSON.parse(document.getElementById("languages")?.textContent ?? "{}") as Readonly<Record<string, string>>;
const A_YEAR_SECONDS = 365 * 24 * 3600;

export function LanguageChoice({ id }: { id: string }) {
  return (
    <div class="setting">
      <label for={id}>{t("Language")}</label>
      <select id={id} value={language} onChange={(event) => choose(event.currentTarget.value)}>
        {Object.entries(NAMES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** This browser remembers it, and the page is loaded anew; this tab keeps its run. */
function choose(code: string): void {
  document.cookie = `language=${code}; path=/; max-age=${A_YEAR_SECONDS}; samesite=lax`;
  const address = new URL(location.href);
  if (address.searchParams.has("lang")) {
    address.searchParams.delete("lang"); // what is chosen here counts
    history.replaceState(null, "", address);
  }
  location.reload();
}
