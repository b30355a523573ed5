/** The page's start: panels over the store, the session beneath it, keys beside it. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { isEmbedded } from "./embed.ts";
import { listenForKeys } from "./keys.ts";
import { Page, views } from "./page.tsx";
import { documentTitle } from "./panels/header.tsx";
import { listenForTables } from "./panels/table/arriving.ts";
import { startSession } from "./session/session.ts";
import { theme } from "./store.ts";
import { checkVersion } from "./version.ts";

const root = document.getElementById("page");
root?.replaceChildren(); // what stood there until now need not all be on the page
if (root) render(<Page />, root);

effect(() => {
  document.title = documentTitle.value;
});

new MutationObserver(() => {
  theme.value = document.documentElement.dataset["theme"] ?? "light";
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });

addEventListener("unhandledrejection", () => void checkVersion()); // perhaps a part that was wanted is gone

listenForKeys();
listenForTables();
startSession(() => views.value);
if (isEmbedded && parent !== window) void import("./embedding/steering.ts").then(({ embedIn }) => embedIn(parent));
