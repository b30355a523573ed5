/** The page: what it is given, what is inside, how well it does; time along the bottom. */
import { computed, signal } from "@preact/signals";
import { announcement, isSetupOpen, sample, scene, tab, type Tab } from "./store.ts";
import { Header } from "./panels/header.tsx";
import { KeyList } from "./panels/keylist.tsx";
import { Narrator } from "./panels/narrator.tsx";
import { Network } from "./panels/network.tsx";
import { Notices } from "./panels/notices.tsx";
import { Result } from "./panels/result.tsx";
import { Setup } from "./panels/setup.tsx";
import { Statistics } from "./panels/statistics.tsx";
import { SpeedChoice, Transport } from "./panels/transport.tsx";

const TABS: readonly { readonly name: Tab; readonly words: string }[] = [
  { name: "result", words: "Result" },
  { name: "network", words: "Network" },
  { name: "setup", words: "Set up" },
  { name: "inspect", words: "Inspect" },
];

const phone = matchMedia("(max-width: 860px)");
const isPhone = signal(phone.matches);
phone.addEventListener("change", () => (isPhone.value = phone.matches));

const isHidden = signal(document.hidden);
document.addEventListener("visibilitychange", () => (isHidden.value = document.hidden));

function isShown(name: Tab): boolean {
  return !isPhone.value || tab.value === name;
}

/** What the panels on screen want to be sent. */
export const views = computed((): readonly string[] => {
  const dimensions = scene.value?.dimensions ?? 2;
  if (isHidden.value) return [];
  return [
    ...(isShown("network") ? ["weights", "tiles"] : []),
    ...(isShown("result") && dimensions > 0 ? ["boundary"] : []),
    ...(isShown("inspect") ? ["statistics"] : []),
    ...((isShown("network") || isShown("result")) && dimensions === 0 ? [`sample:${sample.value}`] : []),
  ];
});

export function Page() {
  return (
    <>
      <a class="skip" href="#network" onClick={(event) => jump(event, "network")}>
        Skip to the network
      </a>
      <a class="skip" href="#transport" onClick={(event) => jump(event, "transport")}>
        Skip to the transport
      </a>
      <Header />
      <div class="above">
        <Notices />
        {isPhone.value && <Tabs />}
      </div>
      <main class="bench">
        {isShown("setup") && (
          <div class={isSetupOpen.value ? "column setup open" : "column setup"} id="setup" tabIndex={-1}>
            <Setup />
            {isPhone.value && <SpeedChoice id="phone-speed" />}
          </div>
        )}
        {(isShown("network") || isShown("inspect")) && (
          <div class="column middle">
            {isShown("network") && (
              <section class="network" id="network" aria-label="Network" tabIndex={-1}>
                <Network />
              </section>
            )}
            {isShown("inspect") && (
              <div class="inspect" id="inspect" tabIndex={-1}>
                <Statistics />
              </div>
            )}
          </div>
        )}
        {isShown("result") && (
          <div class="column result" id="result" tabIndex={-1}>
            {isPhone.value && <Narrator />}
            <Result />
          </div>
        )}
      </main>
      <Transport />
      <KeyList />
      <p class="unseen" role="status">
        {announcement}
      </p>
    </>
  );
}

/** The hash is the experiment's, so a skip link moves the focus itself. */
function jump(event: Event, id: string): void {
  event.preventDefault();
  if (id === "network") tab.value = "network";
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}

/** The tabs of a phone. */
function Tabs() {
  const move = (event: KeyboardEvent) => {
    const by = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
    const next = TABS.at((TABS.findIndex(({ name }) => name === tab.value) + by) % TABS.length);
    if (!by || !next) return;
    tab.value = next.name;
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  return (
    <nav aria-label="Views">
      <div class="tabs" role="tablist" aria-label="Views" onKeyDown={move}>
        {TABS.map(({ name, words }) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab.value === name}
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => (tab.value = name)}
          >
            {words}
          </button>
        ))}
      </div>
    </nav>
  );
}
