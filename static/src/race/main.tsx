/** The start of the race's page. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { t } from "../language.ts";
import { theme } from "../store.ts";
import { listenForKeys } from "./keys.ts";
import { Page } from "./page.tsx";
import { announcement, hasBegun, isFinished, isPlaying, readAddress } from "./race.ts";
import { sentence } from "./words.ts";

const root = document.getElementById("page");
root?.replaceChildren();
if (root) render(<Page />, root);
void readAddress();
listenForKeys();

effect(() => {
  if (isFinished.value) announcement.value = sentence();
  else if (hasBegun.value) announcement.value = isPlaying.value ? t("The race is on") : t("The race is paused");
});

new MutationObserver(() => {
  theme.value = document.documentElement.dataset["theme"] ?? "light";
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });

addEventListener("hashchange", () => void readAddress());
