/** The start of the page of sweeps. */
import { render } from "preact";
import { theme } from "../store.ts";
import { Page } from "./page.tsx";
import { leave, readAddress } from "./study.ts";

const root = document.getElementById("page");
root?.replaceChildren();
void readAddress();
if (root) render(<Page />, root);

new MutationObserver(() => {
  theme.value = document.documentElement.dataset["theme"] ?? "light";
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });

addEventListener("hashchange", () => void readAddress());
addEventListener("pagehide", leave);
