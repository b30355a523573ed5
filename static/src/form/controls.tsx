/** Controls built from the schema: a new setting, optimizer or data set appears by itself. */
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { hides } from "../hide.ts";
import { valueAt } from "../path.ts";
import { catalogue, experiment, problems } from "../store.ts";
import { Icon } from "../icons.tsx";
import * as format from "../format.ts";
import { inline, plural, t } from "../language.ts";
import { scaleOf } from "./scale.ts";
import { fieldsOf, members, resolved, schemaAt, type Schema } from "./schema.ts";
import { choose, set } from "./setting.ts";

export interface ControlProps {
  readonly path: string;
  readonly schema: Schema;
  readonly id: string;
  readonly label: string;
  /** No visible label stands beside it: it carries its own. */
  readonly isNamed?: boolean;
}

/** What a setting is changed with. */
export type Control = (props: ControlProps) => JSX.Element;

/** One setting with its label, its control and what is wrong with it. */
export function Setting({ path, label, control }: { path: string; label?: string; control?: Control }) {
  const schema = schemaAt(catalogue.schema, experiment.value, path);
  const id = `set-${path.replaceAll(".", "-")}`;
  if (!schema || schema.control === "points" || hides(path)) return null;
  const name = label ?? t(schema.title ?? path);
  const Control = control ?? controlOf(schema);
  const isGroup = Control === Chips || schema.control === "columns";
  return (
    <div class={isGroup ? "setting chips-setting" : "setting"} title={t(schema.description ?? "")}>
      {isGroup ? (
        <span class="label" id={id}>
          {name}
        </span>
      ) : (
        <label for={id}>{name}</label>
      )}
      <Control path={path} schema={schema} id={id} label={name} />
      <Problem path={path} />
      <NewStart path={path} />
    </div>
  );
}

/** Said before a setting is used whose change may start the run anew. */
export function NewStart({ path }: { path: string }) {
  const found = catalogue.new_starts?.find(({ path: start }) => path === start || path.startsWith(`${start}.`));
  return found ? <p class="new-start">{t(found.description)}</p> : null;
}

/** A family: which member, and then that member's own settings. */
export function Family({ path, label, shows }: { path: string; label?: string; shows?: (name: string) => boolean }) {
  const schema = schemaAt(catalogue.schema, experiment.value, path);
  if (!schema) return null;
  const value = valueAt(experiment.value, path);
  return (
    <>
      <Setting path={path} {...(label ? { label } : {})} />
      {fieldsOf(catalogue.schema, schema, value)
        .filter(([name]) => shows?.(name) ?? true)
        .map(([name]) => (
          <Part key={name} path={`${path}.${name}`} />
        ))}
    </>
  );
}

/** Whatever stands at a path: a family with all its settings, or one setting. */
export function Part({ path }: { path: string }) {
  const schema = schemaAt(catalogue.schema, experiment.value, path);
  const isFamily = schema !== undefined && members(catalogue.schema, schema).length > 0;
  return isFamily ? <Family path={path} /> : <Setting path={path} />;
}

/** Why a setting could not be made so. */
export function Problem({ path }: { path: string }) {
  const problem = problemOf(path);
  return problem ? (
    <p class="problem" role="alert" id={problemId(path)}>
      {t(problem)}
    </p>
  ) : null;
}

function problemId(path: string): string {
  return `problem-${path.replaceAll(".", "-")}`;
}

/** What a field says of itself while it stands there why its setting cannot be so. */
function refused(path: string) {
  return problemOf(path) ? { "aria-invalid": true, "aria-describedby": problemId(path) } : {};
}

/** What the server says of a setting, of its kind or of one of a list. */
function problemOf(path: string): string | undefined {
  return Object.entries(problems.value).find(([field]) => field.replace(/\.(kind|\d+)$/, "") === path)?.[1];
}

function controlOf(schema: Schema): Control {
  if (members(catalogue.schema, schema).length) return FamilyChoice;
  if (schema.control === "formulas") return OwnFormulas;
  if (schema.type === "array") return Chips;
  if (schema.enum) return Choice;
  if (schema.type === "boolean") return Switch;
  if (schema.control === "seed") return Seed;
  const isBounded = (schema.maximum ?? schema.exclusiveMaximum) !== undefined;
  if ((schema.type === "number" || schema.type === "integer") && schema.control !== "number" && isBounded)
    return Slider;
  return Typed;
}

/** Which member of a family. */
export function FamilyChoice({ path, schema, id, label, isNamed = false }: ControlProps) {
  const kind = String(valueAt(experiment.value, `${path}.kind`) ?? "");
  const family = members(catalogue.schema, schema);
  const { description = "", formula = "" } = family.find((member) => member.kind === kind)?.schema ?? {};
  return (
    <select
      id={id}
      value={kind}
      {...(isNamed ? { "aria-label": label } : {})}
      title={[description, formula]
        .map((text) => t(text))
        .join("\n")
        .trim()}
      onChange={(event) => choose(path, event.currentTarget.value)}
    >
      {family.map((member) => (
        <option key={member.kind} value={member.kind}>
          {t(member.schema.title ?? member.kind)}
        </option>
      ))}
    </select>
  );
}

function Choice({ path, schema, id }: ControlProps) {
  return (
    <select
      id={id}
      value={String(valueAt(experiment.value, path))}
      onChange={(event) => set(path, event.currentTarget.value)}
    >
      {schema.enum?.map((choice) => (
        <option key={String(choice)} value={String(choice)}>
          {t(titled(String(choice)))}
        </option>
      ))}
    </select>
  );
}

function Switch({ path, id }: ControlProps) {
  const isOn = valueAt(experiment.value, path) === true;
  return <input id={id} type="checkbox" checked={isOn} onChange={(event) => set(path, event.currentTarget.checked)} />;
}

/** A slider, and the same number to type. */
function Slider(props: ControlProps) {
  const { path, schema, id } = props;
  const value = Number(valueAt(experiment.value, path));
  const scale = scaleOf(schema);
  const position = scale.position(value);
  const share = `${(100 * Math.max(0, Math.min(1, position / scale.positions))).toFixed(1)}%`;
  return (
    <>
      <input
        id={id}
        type="range"
        min={0}
        max={scale.positions}
        step={1}
        value={position}
        style={{ "--share": share }}
        aria-valuetext={spoken(value, schema)}
        onInput={(event) => set(path, scale.value(event.currentTarget.valueAsNumber))}
      />
      <Typed {...props} id={`${id}-number`} isBeside />
    </>
  );
}

/** A number to type; Enter or leaving the field makes it so, Escape takes it back. */
export function Typed({ path, schema, id, label, isBeside = false }: ControlProps & { isBeside?: boolean }) {
  const value = valueAt(experiment.value, path);
  const shown = shownText(value, schema);
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    setDraft(null);
    if (draft === null) return;
    const value = meant(draft, schema);
    const isNumber = schema.type === "string" || Number.isFinite(value);
    if (isNumber) explain(path, "");
    else void import("./refusal.ts").then(({ refusal }) => explain(path, refusal(draft.trim(), schema)));
    if (isNumber && draft !== shown) set(path, value);
  };
  return (
    <input
      id={id}
      class={isBeside ? "typed beside" : "typed"}
      inputMode={schema.type === "string" ? "text" : "decimal"}
      autocomplete="off"
      spellcheck={false}
      {...refused(path)}
      {...(isBeside ? { "aria-label": t("{setting}, typed", { setting: label }) } : {})}
      value={draft ?? shown}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") setDraft(null);
      }}
    />
  );
}

/** A seed: a whole number, and a die to throw another. */
function Seed(props: ControlProps) {
  return (
    <span class="seed">
      <Typed {...props} />
      <button
        type="button"
        class="button outlined square"
        aria-label={t("Another {seed}", { seed: inline(props.label) })}
        title={t("Another seed")}
        onClick={() => set(props.path, anySeed())}
      >
        <Icon name="die" />
      </button>
    </span>
  );
}

/** Several of a few choices. */
function Chips({ path, schema, id }: ControlProps) {
  const chosen = (valueAt(experiment.value, path) ?? []) as readonly string[];
  const choices = (resolved(catalogue.schema, schema.items ?? {}).enum ?? []) as readonly string[];
  const toggled = (name: string) =>
    choices.filter((choice) => (choice === name ? !chosen.includes(choice) : chosen.includes(choice)));
  return (
    <span class="chips" role="group" aria-labelledby={id}>
      {choices.map((name) => (
        <button
          key={name}
          type="button"
          class="chip"
          aria-pressed={chosen.includes(name)}
          onClick={() => set(path, toggled(name))}
        >
          <Formula text={name} />
        </button>
      ))}
    </span>
  );
}

/** Formulas of one's own: a field for another one, and those that there are, each to be taken away. */
function OwnFormulas({ path, schema, id, label }: ControlProps) {
  const formulas = (valueAt(experiment.value, path) ?? []) as readonly string[];
  const adder = useRef<HTMLButtonElement>(null);
  const { text, type, add } = useAnother(path, formulas);
  const { variables = [] } = resolved(catalogue.schema, schema.items ?? {});
  return (
    <>
      <span class="adder">
        <input
          id={id}
          class="typed"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          {...refused(path)}
          placeholder={t("from {variables}", { variables: variables.join(", ") })}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") add();
            if (event.key === "Escape") type("");
          }}
        />
        <button type="button" ref={adder} class="button outlined square" aria-label={t("Add this input")} onClick={add}>
          <Icon name="plus" />
        </button>
      </span>
      <Removable
        label={t("{setting}, added", { setting: label })}
        formulas={formulas}
        onRemove={(formula) => {
          set(
            path,
            formulas.filter((other) => other !== formula),
          );
          adder.current?.focus();
        }}
      />
    </>
  );
}

/** The text of another formula while it is typed. One that the server refuses comes back, to be mended. */
function useAnother(path: string, formulas: readonly string[]) {
  const [draft, setDraft] = useState<string | null>(null);
  const [asked, setAsked] = useState("");
  const isRefused = problemOf(path) !== undefined && !formulas.includes(asked);
  const text = draft ?? (isRefused ? asked : "");
  const type = (typed: string) => {
    setDraft(typed);
    if (!typed) explain(path, "");
  };
  const add = () => {
    const formula = text.trim();
    if (!formula) return;
    explain(path, "");
    setDraft(null);
    setAsked(formula);
    set(path, [...new Set([...formulas, formula])]);
  };
  return { text, type, add };
}

/** A chip for each formula, which takes it away. */
function Removable({
  label,
  formulas,
  onRemove,
}: {
  label: string;
  formulas: readonly string[];
  onRemove: (formula: string) => void;
}) {
  if (!formulas.length) return null;
  return (
    <span class="chips own" role="group" aria-label={label}>
      {formulas.map((formula) => (
        <button
          key={formula}
          type="button"
          class="chip"
          aria-label={t("Remove input {formula}", { formula })}
          title={formula}
          onClick={() => onRemove(formula)}
        >
          <span>
            <Formula text={formula} />
          </span>
          <Icon name="close" />
        </button>
      ))}
    </span>
  );
}

/** "x1²" with its index lowered. */
export function Formula({ text }: { text: string }): JSX.Element {
  const parts = text.split(/(?<=x)(\d)/);
  return <>{parts.map((part, i) => (i % 2 ? <sub key={i}>{part}</sub> : part))}</>;
}

/** A row of choices of which one is on. */
export function Segments({
  label,
  choices,
  chosen,
  onChoose,
}: {
  label: string;
  choices: readonly string[];
  chosen: string;
  onChoose: (choice: string) => void;
}) {
  return (
    <div class="segments" role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice}>
          <input type="radio" name={label} checked={choice === chosen} onChange={() => onChoose(choice)} />
          <span>{choice}</span>
        </label>
      ))}
    </div>
  );
}

/** A box to tick, with its words beside it. */
export function Check({
  isOn,
  onChange,
  children,
}: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  children: ComponentChildren;
}) {
  return (
    <label class="check">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      {children}
    </label>
  );
}

/** A seed that nobody has chosen, short enough to read aloud. */
export function anySeed(): number {
  return 1 + Math.floor(Math.random() * 9999);
}

function isShare(schema: Schema): boolean {
  return schema.unit === "%" && (schema.maximum ?? schema.exclusiveMaximum ?? 100) <= 1;
}

export function shownText(value: unknown, schema: Schema): string {
  if (typeof value !== "number") return String(value ?? "");
  if (isShare(schema)) return format.share(value, 4);
  return schema.control === "seed" ? String(value) : plain(value);
}

/** A number as one types it. */
export function plain(value: number): string {
  const isTiny = value !== 0 && Math.abs(value) < 0.001;
  return format.inLanguage(isTiny ? value.toExponential() : String(value)).replaceAll("-", "−");
}

function spoken(value: number, schema: Schema): string {
  return isShare(schema) ? format.share(value, 4) : withUnit(value, format.number(value), schema);
}

/** "2 layers", "1 layer", "1 try". */
function withUnit(value: number, text: string, { unit = "" }: Schema): string {
  const one = unit.replace(/ies$/, "y").replace(/s$/, "");
  return unit ? plural(value, `{count} ${one}`, `{count} ${unit}`, { count: text }) : text;
}

/** A setting's value as it stands where there is little room: a family's is its kind. */
export function shortText(value: unknown, schema: Schema, hasUnit: boolean): string {
  const text = shownText(valueAt(value, "kind") ?? value, schema)
    .replace("leaky_relu", "leaky")
    .replaceAll("_", " ");
  return hasUnit && typeof value === "number" && !isShare(schema) ? withUnit(value, text, schema) : t(text);
}

/** What a typed text means: itself, or a number, which is NaN where it is none. */
export function meant(text: string, schema: Schema): unknown {
  if (schema.type === "string") return text;
  const digits = text.trim().replaceAll("−", "-").replace(",", ".").replace("%", "");
  const value = digits ? Number(digits) : NaN;
  return isShare(schema) ? value / 100 : value;
}

/** Say beside a setting why it cannot be so; "" takes back what is said of it and of its parts. */
function explain(path: string, problem: string): void {
  const others = Object.entries(problems.value).filter(([field]) => !`${field}.`.startsWith(`${path}.`));
  problems.value = Object.fromEntries(problem ? [...others, [path, problem]] : others);
}

/** "shuffled" as the name of a choice: "Shuffled". What is spelled with digits is left as it is. */
function titled(name: string): string {
  const words = name.replaceAll("_", " ");
  return /\d/.test(words) ? words : words.charAt(0).toUpperCase() + words.slice(1);
}
