/** The start of a page with a study. */
import { render, type ComponentType } from "preact";
import { theme } from "../store.ts";

export function begin(Page: ComponentType, readAddress: () => Promise<void>, leave: () => void): void {
  const root = document.getElementById("page");
  root?.replaceChildren();
  void readAddress();
  if (root) render(<Page />, root);

  new MutationObserver(() => {
    theme.value = document.documentElement.dataset["theme"] ?? "light";
  }).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  addEventListener("hashchange", () => void readAddress());
  addEventListener("pagehide", leave);
}
