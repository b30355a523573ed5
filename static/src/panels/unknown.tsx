/** Says which names of `?hide=` mean nothing, so that none is passed over in silence. */
import { signal } from "@preact/signals";
import { isSetting } from "../form/schema.ts";
import { otherNames, PARTS } from "../hide.ts";
import { Icon } from "../icons.tsx";
import { catalogue } from "../store.ts";

const unknownNames = otherNames.filter((name) => !isSetting(catalogue.schema, name));
const isRead = signal(false);

export function UnknownNames() {
  if (isRead.value || !unknownNames.length) return null;
  const quoted = unknownNames.map((name) => `“${name}”`);
  return (
    <div class="notice warning" role="alert">
      <span>
        The address hides {quoted.join(" and ")}, but no setting and no part of the page is called so. The parts are{" "}
        {PARTS.slice(0, -1).join(", ")} and {PARTS.at(-1)}.
      </span>
      <button type="button" class="button square" aria-label="Dismiss" onClick={() => (isRead.value = true)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
