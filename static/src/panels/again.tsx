/** Four ways to start again, in a small menu beside the first of them, and the fork. Its code is fetched when it opens. */
import { useSignal } from "@preact/signals";
import { anySeed } from "../form/controls.tsx";
import { set } from "../form/setting.ts";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { give } from "../store.ts";
import { later } from "./later.tsx";

export const MENU = "again";
const AgainMenu = later(() => import("./againmenu.tsx").then((code) => code.AgainMenu));

/** Start again from other weights. */
export function newWeights(): void {
  startWith("weights");
}

/** Start again with one of the seeds drawn anew. */
export function startWith(seed: "weights" | "data" | "order"): void {
  set(`seeds.${seed}`, anySeed());
  give({ op: "reset" });
}

export function Again() {
  const isOpened = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="button square more"
        popoverTarget={MENU}
        aria-label={t("Other ways to start again")}
        title={t("New weights, new data, reshuffle, fork")}
      >
        <Icon name="down" />
      </button>
      <div
        class="menu"
        id={MENU}
        popover="auto"
        role="group"
        aria-label={t("Start again")}
        onBeforeToggle={() => (isOpened.value = true)}
      >
        {isOpened.value && <AgainMenu />}
      </div>
    </>
  );
}
