/** The page of the Descent lab: three labs, each with its stories, its picture and its numbers. */
import { Check, Segments } from "../form/controls.tsx";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { later } from "../panels/later.tsx";
import { keep } from "../storage.ts";
import { announcement, isReadOnly, isShareOpen, notice, roomCode, theme } from "../store.ts";
import {
  change,
  descent,
  dimensions,
  enter,
  lab,
  LABS,
  linkProblem,
  problem,
  retry,
  storiesOfLab,
  story,
  tell,
  type Lab,
} from "./lab.ts";
import { shown } from "./presenting.ts";
import { Setup } from "./setup.tsx";
import { Stage } from "./stage.tsx";
import { Told } from "./told.tsx";
import { Transport } from "./transport.tsx";

const NAMES: Readonly<Record<Lab, string>> = {
  weight: t("One weight"),
  line: t("A curve"),
  surface: t("A surface"),
};

const Share = later(async () => (await import("../room/share.tsx")).Share);
const Standing = later(async () => (await import("../room/standing.tsx")).Standing);

export function Page() {
  return (
    <>
      <header class="top">
        <h1>{t("Descent lab")}</h1>
        {!isReadOnly.value && (
          <Segments
            label={t("Lab")}
            choices={LABS.map((each) => NAMES[each])}
            chosen={NAMES[lab.value]}
            onChoose={(choice) => enter(LABS.find((each) => NAMES[each] === choice) ?? "weight")}
          />
        )}
        <nav aria-label={t("Main")}>
          <button
            type="button"
            class="button square"
            aria-label={theme.value === "dark" ? t("Switch to light") : t("Switch to dark")}
            onClick={switchTheme}
          >
            <Icon name="theme" />
          </button>
          <button type="button" class="button outlined share" onClick={() => (isShareOpen.value = true)}>
            <Icon name="share" /> {t("Share")}
          </button>
          <a class="button outlined" href="/">
            <Icon name="back" /> {t("Playground")}
          </a>
        </nav>
      </header>
      {roomCode.value && <Standing />}
      <Notice />
      <main class="lab">
        <div class="scene">
          <Stories />
          <Stage />
          <Transport />
          {!isReadOnly.value && (
            <p class="quiet keys">{t("Space plays, . and , step, Home goes back, F is fog, V turns map to relief.")}</p>
          )}
        </div>
        <Told />
        <Setup />
      </main>
      {isShareOpen.value && <Share shown={shown} />}
      <p class="unseen" aria-live="polite">
        {announcement.value}
      </p>
    </>
  );
}

function Notice() {
  if (!problem.value && !linkProblem.value && !notice.value) return null;
  return (
    <div class="notice warning" role="alert">
      <span>{problem.value || linkProblem.value || notice.value}</span>
      {problem.value && (
        <button type="button" class="button outlined" onClick={retry}>
          {t("Try again")}
        </button>
      )}
    </div>
  );
}

/** What to begin with, and how to look at it. */
function Stories() {
  const told = story.value;
  return (
    <fieldset class="stories" disabled={isReadOnly.value}>
      <label>
        {t("Begin with")}
        <select value={told?.name ?? ""} onChange={(event) => tell(event.currentTarget.value)}>
          {!told && <option value="">{t("Your own")}</option>}
          {storiesOfLab.value.map(({ name, title }) => (
            <option key={name} value={name}>
              {t(title)}
            </option>
          ))}
        </select>
      </label>
      <Check isOn={descent.value.fog} onChange={(fog) => change({ fog })}>
        {t("Fog")}
      </Check>
      {dimensions.value === 2 && (
        <Check isOn={descent.value.view === "relief"} onChange={(is) => change({ view: is ? "relief" : "map" })}>
          {t("In 3-D")}
        </Check>
      )}
      <p>{told ? t(told.says) : ""}</p>
    </fieldset>
  );
}

export function switchTheme(): void {
  const next = theme.value === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  keep("theme", next);
}
