/** The start of the page of my runs. */
import { render } from "preact";
import { theme } from "../store.ts";
import { Page } from "./page.tsx";
import { compared, idsIn, look } from "./shelf.ts";

const root = document.getElementById("page");
root?.replaceChildren();
if (root) render(<Page />, root);

new MutationObserver(() => {
  theme.value = document.documentElement.dataset["theme"] ?? "light";
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });

addEventListener("hashchange", () => (compared.value = idsIn(location.hash)));
addEventListener("pageshow", ({ persisted }) => persisted && void look());
document.addEventListener("visibilitychange", () => !document.hidden && void look());
void look();
