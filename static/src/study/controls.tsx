/** What the forms of studies are made of, beside the settings themselves. */
import { t } from "../language.ts";
import { problems } from "../store.ts";

interface BasisProps {
  readonly title: string;
  readonly summary: string;
  readonly address: string;
}

/** The experiment that is trained, in words. */
export function Basis({ title, summary, address }: BasisProps) {
  return (
    <div class="settings">
      <h2>{t("Experiment")}</h2>
      <p>
        <b>{t(title)}</b> {t(summary)}
      </p>
      <a class="button outlined" href={address}>
        {t("Change it on the workbench")}
      </a>
    </div>
  );
}

/** Why something cannot be so for which there is no control by itself. */
export function Trouble({ path }: { path: string }) {
  const problem = problems.value[path];
  return problem ? (
    <p class="problem" role="alert">
      {t(problem)}
    </p>
  ) : null;
}

export type Chip = readonly [name: string, title: string];

interface ChipsProps {
  readonly label: string;
  readonly choices: readonly Chip[];
  readonly chosen: readonly string[];
  readonly choose: (names: readonly string[]) => void;
  /** Those that cannot be chosen, and the id of an element that says why. */
  readonly isOff?: (name: string) => boolean;
  readonly describedBy?: string;
}

/** Several of a few; one must stay. */
export function Chips({ label, choices, chosen, choose, isOff, describedBy }: ChipsProps) {
  const toggle = (name: string) => {
    const next = choices.map(([each]) => each).filter((each) => (each === name) !== chosen.includes(each));
    if (next.length) choose(next);
  };
  return (
    <div class="several">
      <span class="label">{label}</span>
      <span class="chips" role="group" aria-label={label} {...(describedBy ? { "aria-describedby": describedBy } : {})}>
        {choices.map(([name, title]) => (
          <button
            key={name}
            type="button"
            class="chip"
            disabled={isOff?.(name) ?? false}
            aria-pressed={chosen.includes(name)}
            onClick={() => toggle(name)}
          >
            {title}
          </button>
        ))}
      </span>
    </div>
  );
}
