/** The start of the Descent lab. */
import { render } from "preact";
import { isReadOnly, roomCode, theme } from "../store.ts";
import { listenForKeys } from "./keys.ts";
import { readAddress } from "./lab.ts";
import { Page } from "./page.tsx";
import "./presenting.ts";

const root = document.getElementById("page");
root?.replaceChildren();
if (!roomCode.value) readAddress();
if (root) render(<Page />, root);
listenForKeys();

new MutationObserver(() => {
  theme.value = document.documentElement.dataset["theme"] ?? "light";
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });

addEventListener("hashchange", () => isReadOnly.value || readAddress());
