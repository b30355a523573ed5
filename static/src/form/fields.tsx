/** The settings of one part, those that are rarely turned folded away. */
import { useSignal, type Signal } from "@preact/signals";
import { t } from "../language.ts";
import { valueAt } from "../path.ts";
import { catalogue, experiment } from "../store.ts";
import { Part, Setting, type Control } from "./controls.tsx";
import { fieldsOf, schemaAt, type Schema } from "./schema.ts";

/** `own` are controls of the panel's own for some of the settings. */
export function Fields({ path, own = {} }: { path: string; own?: Readonly<Record<string, Control>> }) {
  const showsMore = useSignal(false);
  const fields = settingsOf(path);
  const shown = fields.filter(([, { rare }]) => showsMore.value || !rare);
  return (
    <div class="settings">
      {shown.map(([name]) =>
        own[name] ? (
          <Setting key={name} path={`${path}.${name}`} control={own[name]} />
        ) : (
          <Part key={name} path={`${path}.${name}`} />
        ),
      )}
      {fields.some(([, { rare }]) => rare) && <More isOpen={showsMore} />}
    </div>
  );
}

/** The settings that the part at a path has as it is now. */
export function settingsOf(path: string): [string, Schema][] {
  const schema = schemaAt(catalogue.schema, experiment.value, path);
  return schema ? fieldsOf(catalogue.schema, schema, valueAt(experiment.value, path)) : [];
}

/** Shows or folds away what is rarely turned. */
export function More({ isOpen }: { isOpen: Signal<boolean> }) {
  return (
    <button
      type="button"
      class="button small"
      aria-expanded={isOpen.value}
      onClick={() => (isOpen.value = !isOpen.value)}
    >
      {isOpen.value ? t("Less") : t("More")}
    </button>
  );
}
