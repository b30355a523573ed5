/** Light or dark, decided before the first paint: what was chosen here, else what the system prefers. */
import { recall } from "./storage.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  document.documentElement.dataset["theme"] = recall("theme") ?? (dark.matches ? "dark" : "light");
}

apply();
dark.addEventListener("change", apply);
