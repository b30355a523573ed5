/** The page: what it is given, what is inside, how well it does; time along the bottom. */
import { computed, effect, signal } from "@preact/signals";
import {
  announcement,
  hasImages,
  isAskingToRestart,
  isGalleryOpen,
  isKeyListOpen,
  isReadOnly,
  isSaving,
  isSetupOpen,
  isShareOpen,
  pageState,
  roomCode,
  scene,
  tab,
  type Tab,
} from "./store.ts";
import { isEmbedded } from "./embed.ts";
import { hides, hidesSetup, isFramed, otherNames } from "./hide.ts";
import { t } from "./language.ts";
import { answerViews } from "./panels/answers.ts";
import { formulaViews } from "./panels/formula.ts";
import { givenView } from "./panels/given.ts";
import { regarded } from "./panels/regard.ts";
import { GalleryButton, Header, MyRuns } from "./panels/header.tsx";
import { asked } from "./panels/inspector/glance.ts";
import { Inspector } from "./panels/inspector/inspector.tsx";
import { later } from "./panels/later.tsx";
import { mostShown } from "./panels/shape.ts";
import { Narrator } from "./panels/narrator.tsx";
import { Network } from "./panels/network.tsx";
import { Notices } from "./panels/notices.tsx";
import { Result } from "./panels/result.tsx";
import { Setup } from "./panels/setup.tsx";
import { SpeedChoice, Transport } from "./panels/transport.tsx";
import { boundaryView } from "./panels/view.ts";

const TABS: readonly { readonly name: Tab; readonly words: string }[] = [
  { name: "result", words: t("Result") },
  { name: "network", words: t("Network") },
  { name: "setup", words: t("Set up") },
  { name: "inspect", words: t("Inspect") },
];

const KeyList = later(async () => (await import("./panels/keylist.tsx")).KeyList);
const LanguageChoice = later(async () => (await import("./panels/language.tsx")).LanguageChoice);
const Gallery = later(async () => (await import("./panels/gallery.tsx")).Gallery);
const UnknownNames = later(async () => (await import("./panels/unknown.tsx")).UnknownNames);
const OpenLink = later(async () => (await import("./panels/openlink.tsx")).OpenLink);
const Share = later(async () => (await import("./room/share.tsx")).Share);
const Standing = later(async () => (await import("./room/standing.tsx")).Standing);
const Full = later(async () => (await import("./panels/full.tsx")).Full);
const Ask = later(async () => (await import("./panels/ask.tsx")).Ask);

const phone = matchMedia("(max-width: 860px)");
const isPhone = signal(phone.matches);
phone.addEventListener("change", () => (isPhone.value = phone.matches));

const isHidden = signal(document.hidden);
document.addEventListener("visibilitychange", () => (isHidden.value = document.hidden));

/** Whether the address leaves a view out. On a phone the speed is set up, too. */
function isLeftOut(name: Tab): boolean {
  if (name === "setup") return hidesSetup && (hides("transport") || !isPhone.value);
  return hides(name === "inspect" ? "inspector" : name);
}

const tabs = computed(() => TABS.filter(({ name }) => !isLeftOut(name)));
/** The tab in front: the chosen one, where it is there. */
const front = computed(() => (isLeftOut(tab.value) ? tabs.value[0]?.name : tab.value));

const hasTabs = computed(() => isPhone.value && tabs.value.length > 1 && pageState.value !== "full");

function isShown(name: Tab): boolean {
  return !isLeftOut(name) && (!isPhone.value || front.value === name);
}

/** What the panels on screen want to be sent, as text, so that only another wish is sent anew. */
const viewsText = computed(() => {
  const { dimensions = 2, inputs = [], task } = scene.value ?? {};
  if (isHidden.value) return "";
  const units = mostShown.value;
  return [
    ...(isShown("network") || (isShown("result") && hasImages.value && regarded.value)
      ? [`weights:${Math.max(units, inputs.length)}`, `tiles:${units}`, ...formulaViews.value]
      : []),
    ...(isShown("result") && dimensions > 0 ? [boundaryView.value] : []),
    ...(isShown("result") ? answerViews.value : []),
    ...(isShown("result") && task === "autoencoder" ? ["code"] : []),
    ...asked.value,
    ...((isShown("network") || isShown("result")) && dimensions === 0 ? [givenView.value] : []),
  ].join(" ");
});
effect(() => {
  const page = document.getElementById("page");
  page?.setAttribute("data-state", pageState.value);
  page?.toggleAttribute("data-watching", isReadOnly.value);
});

export const views = computed((): readonly string[] => viewsText.value.split(" ").filter(Boolean));

export function Page() {
  return (
    <>
      {pageState.value !== "full" && <Skips />}
      {!isEmbedded && <Header />}
      <div class="above">
        <Notices>
          {(isReadOnly.value || !isSaving.value || roomCode.value) && <Standing />}
          {otherNames.length > 0 && <UnknownNames />}
        </Notices>
        {(hasTabs.value || isEmbedded) && (
          <nav class="ways" aria-label={t("Views")}>
            {hasTabs.value && <Tabs />}
            {isEmbedded && <OpenLink />}
          </nav>
        )}
      </div>
      {pageState.value === "full" ? (
        <main class="bench">
          <Full />
        </main>
      ) : (
        <Bench />
      )}
      {!hides("transport") && pageState.value !== "full" && <Transport />}
      {isKeyListOpen.value && <KeyList />}
      {isGalleryOpen.value && <Gallery />}
      {isShareOpen.value && <Share />}
      {isAskingToRestart.value && <Ask />}
      <p class="unseen" role="status">
        {announcement}
      </p>
    </>
  );
}

/** The columns; on a phone the one in front. */
function Bench() {
  return (
    <main class="bench">
      {isShown("setup") && (
        <div
          class={isSetupOpen.value ? "column setup open" : "column setup"}
          id="setup"
          tabIndex={-1}
          {...panel("setup")}
        >
          {isPhone.value && (
            <div class="ways-in">
              {!hidesSetup && !isReadOnly.value && <GalleryButton />}
              {!isFramed && <MyRuns />}
            </div>
          )}
          <fieldset disabled={isReadOnly.value}>
            <Setup />
          </fieldset>
          {isPhone.value && !hides("transport") && !isReadOnly.value && <SpeedChoice id="phone-speed" />}
          {isPhone.value && <LanguageChoice id="phone-language" />}
        </div>
      )}
      {(isShown("network") || isShown("inspect")) && (
        <div class="column middle">
          {isShown("network") && (
            <section class="network" id="network" aria-label={t("Network")} tabIndex={-1} {...panel("network")}>
              <Network />
            </section>
          )}
          {isShown("inspect") && (
            <div class="inspect" id="inspect" tabIndex={-1} {...panel("inspect")}>
              {isPhone.value && <Narrator />}
              <Inspector />
            </div>
          )}
        </div>
      )}
      {isShown("result") && (
        <div class="column result" id="result" tabIndex={-1} {...panel("result")}>
          {isPhone.value && <Narrator />}
          <Result isPhone={isPhone.value} />
        </div>
      )}
    </main>
  );
}

/** Past all that stands before: a part that is not in front comes to the front first. */
function Skips() {
  return (
    <nav aria-label={t("Skip")}>
      {!hides("network") && (
        <button type="button" class="skip" onClick={() => jump("network")}>
          {t("Skip to the network")}
        </button>
      )}
      {!hides("transport") && (
        <button type="button" class="skip" onClick={() => jump("transport")}>
          {t("Skip to the transport")}
        </button>
      )}
    </nav>
  );
}

function jump(id: "network" | "transport"): void {
  if (id === "network") tab.value = id;
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}

/** On a phone each view is the panel of its tab. */
function panel(name: Tab): { role?: "tabpanel"; "aria-labelledby"?: string } {
  return isPhone.value && tabs.value.length > 1 ? { role: "tabpanel", "aria-labelledby": `tab-${name}` } : {};
}

/** The tabs of a phone. */
function Tabs() {
  const move = (event: KeyboardEvent) => {
    const by = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
    const next = tabs.value.at((tabs.value.findIndex(({ name }) => name === front.value) + by) % tabs.value.length);
    if (!by || !next) return;
    tab.value = next.name;
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t("Views")} onKeyDown={move}>
      {tabs.value.map(({ name, words }) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={front.value === name}
          {...(front.value === name ? { "aria-controls": name } : {})}
          tabIndex={front.value === name ? 0 : -1}
          onClick={() => (tab.value = name)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
