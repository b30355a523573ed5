/** The chosen optimizer's rule, as its paper writes it. */
import { members, schemaAt } from "../form/schema.ts";
import { t } from "../language.ts";
import { catalogue, experiment } from "../store.ts";

export function Rule({ path }: { path: "optimizer" }) {
  const family = schemaAt(catalogue.schema, experiment.value, path);
  const member = family && members(catalogue.schema, family).find(({ kind }) => kind === experiment.value[path].kind);
  if (!member?.schema.formula) return null;
  return (
    <p class="formula" title={member.schema.source}>
      <code>{t(member.schema.formula)}</code>
    </p>
  );
}
