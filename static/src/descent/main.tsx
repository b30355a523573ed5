/** The start of the Descent lab. */
import { render } from "preact";
import { theme } from "../store.ts";
import { listenForKeys } from "./keys.ts";
import { readAddress } from "./lab.ts";
import { Page } from "./page.tsx";

const root = document.getElementById("page");
root?.replaceChildren();
readAddress();
if (root) render(<Page />, root);
listenForKeys();

new MutationObserver(() => {
  theme.value = document.documentElement.dataset["theme"] ?? "light";
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });

addEventListener("hashchange", readAddress);
