/** Says which names of `?hide=` mean nothing, so that none is passed over in silence. */
import { signal } from "@preact/signals";
import { isSetting } from "../form/schema.ts";
import { otherNames, PARTS } from "../hide.ts";
import { Icon } from "../icons.tsx";
import { language, t } from "../language.ts";
import { catalogue } from "../store.ts";

const unknownNames = otherNames.filter((name) => !isSetting(catalogue.schema, name));
const isRead = signal(false);
const list = new Intl.ListFormat(language, { style: "long" });

export function UnknownNames() {
  if (isRead.value || !unknownNames.length) return null;
  const names = list.format(unknownNames.map((name) => `“${name}”`));
  return (
    <div class="notice warning" role="alert">
      <span>
        {t("The address hides {names}, but no setting and no part of the page is called so. The parts are {parts}.", {
          names,
          parts: list.format(PARTS),
        })}
      </span>
      <button type="button" class="button square" aria-label={t("Dismiss")} onClick={() => (isRead.value = true)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
