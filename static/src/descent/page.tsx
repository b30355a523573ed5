/** The page of the Descent lab: three labs, each with its stories, its picture and its numbers. */
import { Check, Segments } from "../form/controls.tsx";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { later } from "../panels/later.tsx";
import { Notice, Stories } from "../panels/longpage.tsx";
import { ThemeButton } from "../panels/theme.tsx";
import { announcement, isReadOnly, isShareOpen, notice, roomCode } from "../store.ts";
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
          <ThemeButton hint={t("Light or dark (T)")} />
          <button type="button" class="button outlined share" onClick={() => (isShareOpen.value = true)}>
            <Icon name="share" /> {t("Share")}
          </button>
          <a class="button outlined" href="/">
            <Icon name="back" /> {t("Playground")}
          </a>
        </nav>
      </header>
      {roomCode.value && <Standing />}
      <Notice text={problem.value || linkProblem.value || notice.value} onRetry={problem.value ? retry : null} />
      <main class="lab">
        <div class="scene">
          <Stories
            stories={storiesOfLab.value}
            chosen={story.value}
            own={t("Your own")}
            onChoose={tell}
            isDisabled={isReadOnly.value}
          >
            <Looks />
          </Stories>
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

/** How to look at it. */
function Looks() {
  return (
    <>
      <Check isOn={descent.value.fog} onChange={(fog) => change({ fog })}>
        {t("Fog")}
      </Check>
      {dimensions.value === 2 && (
        <Check isOn={descent.value.view === "relief"} onChange={(is) => change({ view: is ? "relief" : "map" })}>
          {t("In 3-D")}
        </Check>
      )}
    </>
  );
}
