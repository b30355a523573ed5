/** What the page shows, to take away: a button with a menu, whose code is fetched when it is first opened. */
import { useSignal } from "@preact/signals";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { later } from "./later.tsx";

export const MENU = "save-menu";
const SaveMenu = later(() => import("./savemenu.tsx").then((code) => code.SaveMenu));

export function Save() {
  const isOpened = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="button square save"
        aria-label={t("Save pictures")}
        title={t("Save what the page shows as pictures")}
        popovertarget={MENU}
      >
        <Icon name="save" />
      </button>
      <div
        class="save-menu"
        id={MENU}
        popover="auto"
        role="group"
        aria-label={t("Save pictures")}
        onBeforeToggle={() => (isOpened.value = true)}
      >
        {isOpened.value && <SaveMenu />}
      </div>
    </>
  );
}
