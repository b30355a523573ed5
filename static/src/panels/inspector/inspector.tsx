/** What goes on inside, looked at closely: one pane for each question, and the code of most comes when one is opened. */
import { computed, signal } from "@preact/signals";
import { Icon } from "../../icons.tsx";
import { frame } from "../../store.ts";
import { later } from "../later.tsx";
import { Statistics } from "../statistics.tsx";
import { isWide, openPane, pane, tabs } from "./panes.ts";
import { t } from "../../language.ts";

/** All panes but the first: their code is fetched when one of them is first opened. */
const Closer = later(async () => (await import("./closer.tsx")).Closer);

const Unseen = later(async () => (await import("./unseen.tsx")).Unseen);
const isWhole = computed(() => !frame.value?.unseen.length);

const isTall = signal(false);

/** The tabs over the open pane; where there is room, the weights and the doctor to its sides. */
export function Inspector() {
  const name = pane.value;
  return (
    <section
      class={`inspector ${isTall.value ? "tall" : name === "statistics" ? "" : "close"}`}
      aria-label={t("Inspector")}
    >
      {isWide.value && (
        <div class="beside">
          <h2>{t("Weights and gradients")}</h2>
          {!isWhole.value && <Unseen pane="statistics" />}
          <Statistics />
        </div>
      )}
      <div class="inspected">
        <div class="inspector-top">
          <Tabs />
          <button
            type="button"
            class="button square small enlarge"
            aria-expanded={isTall.value}
            aria-label={isTall.value ? t("Less room for the inspector") : t("More room for the inspector")}
            onClick={() => (isTall.value = !isTall.value)}
          >
            <Icon name="down" />
          </button>
        </div>
        <div class="pane" role="tabpanel" id="pane" aria-labelledby={`pane-tab-${name}`} tabIndex={0}>
          {!isWhole.value && <Unseen pane={name} />}
          {name === "statistics" ? <Statistics /> : <Closer name={name} />}
        </div>
      </div>
      {isWide.value && (
        <div class="beside last">
          <h2 id="doctor-title">{t("Doctor")}</h2>
          <div class="pane" role="group" aria-labelledby="doctor-title" tabIndex={0}>
            {!isWhole.value && <Unseen pane="doctor" />}
            <Closer name="doctor" />
          </div>
        </div>
      )}
    </section>
  );
}

function Tabs() {
  return (
    <div class="pane-tabs" role="tablist" aria-label={t("Inspector")} onKeyDown={onKey}>
      {tabs.value.map(({ name, words }) => (
        <button
          key={name}
          id={`pane-tab-${name}`}
          type="button"
          role="tab"
          aria-selected={pane.value === name}
          {...(pane.value === name ? { "aria-controls": "pane" } : {})}
          tabIndex={pane.value === name ? 0 : -1}
          onClick={() => openPane(name)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

const ENDS: Readonly<Record<string, number>> = { Home: 0, End: -1 };

function onKey(event: KeyboardEvent): void {
  const by = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
  const place = tabs.value.findIndex(({ name }) => name === pane.value) + by;
  const next = tabs.value.at(ENDS[event.key] ?? place % tabs.value.length);
  if (!next || (!by && !(event.key in ENDS))) return;
  event.preventDefault();
  event.stopPropagation();
  openPane(next.name);
  document.getElementById(`pane-tab-${next.name}`)?.focus();
}
