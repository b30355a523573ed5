/** Light or dark, as this browser is told to remember. */
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { keep } from "../storage.ts";
import { theme } from "../store.ts";

/** `hint`: what its tooltip says, such as its key. */
export function ThemeButton({ hint }: { readonly hint?: string }) {
  return (
    <button
      type="button"
      class="button square"
      aria-label={theme.value === "dark" ? t("Switch to light") : t("Switch to dark")}
      title={hint}
      onClick={switchTheme}
    >
      <Icon name="theme" />
    </button>
  );
}

export function switchTheme(): void {
  const next = theme.value === "dark" ? "light" : "dark";
  keep("theme", next);
  document.documentElement.dataset["theme"] = next;
}
