/** Four ways to start again, in a small menu beside the first of them, and the fork. */
import { anySeed } from "../form/controls.tsx";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { withValue } from "../path.ts";
import { experiment, give } from "../store.ts";
import { later } from "./later.tsx";
import { Menu } from "./menu.tsx";

export const MENU = "again";
const AgainMenu = later(() => import("./againmenu.tsx").then((code) => code.AgainMenu));

/** Start again from other weights. */
export function newWeights(): void {
  startWith("weights");
}

/** Start again with one of the seeds drawn anew. */
export function startWith(seed: "weights" | "data" | "order"): void {
  const path = `seeds.${seed}`;
  give({ op: "reset", change: { paths: [path], experiment: withValue(experiment.value, path, anySeed()) } });
}

export function Again() {
  return (
    <Menu
      id={MENU}
      label={t("Start again")}
      class="menu"
      button={{
        class: "button square more",
        title: t("New weights, new data, reshuffle, fork"),
        "aria-label": t("Other ways to start again"),
      }}
      content={AgainMenu}
    >
      <Icon name="down" />
    </Menu>
  );
}
