/** What the page shows, to take away: a button with a menu. */
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { later } from "./later.tsx";
import { Menu } from "./menu.tsx";

export const MENU = "save-menu";
const SaveMenu = later(() => import("./savemenu.tsx").then((code) => code.SaveMenu));

export function Save() {
  const name = t("Save pictures");
  return (
    <Menu
      id={MENU}
      label={name}
      class="menu save-menu"
      button={{ class: "button square", title: t("Save what the page shows as pictures"), "aria-label": name }}
      content={SaveMenu}
    >
      <Icon name="save" />
    </Menu>
  );
}
