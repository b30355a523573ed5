/** What goes on inside, looked at closely: one pane for each question, and the code of most comes when one is opened. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../../icons.tsx";
import { Statistics } from "../statistics.tsx";
import { isWide, openPane, pane, tabs, type Pane } from "./panes.ts";
import { t } from "../../language.ts";

type Closer = typeof import("./closer.tsx");

const closer = signal<Closer | null>(null);
const isMissing = signal(false);
const isTall = signal(false);

/** The tabs over the open pane; where there is room, the weights beside it. */
export function Inspector() {
  return (
    <section
      class={`inspector ${isTall.value ? "tall" : pane.value === "statistics" ? "" : "close"}`}
      aria-label={t("Inspector")}
    >
      {isWide.value && (
        <div class="beside">
          <h2>{t("Weights and gradients")}</h2>
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
        <div class="pane" role="tabpanel" id="pane" aria-labelledby={`pane-tab-${pane.value}`} tabIndex={0}>
          {pane.value === "statistics" ? <Statistics /> : <Later name={pane.value} />}
        </div>
      </div>
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

/** A pane whose code is fetched when it is first opened. */
function Later({ name }: { name: Exclude<Pane, "statistics"> }) {
  useEffect(() => void fetchCode(), []);
  const Content = closer.value?.CONTENTS[name];
  if (Content) return <Content />;
  if (!isMissing.value) return <p class="quiet">{t("Just a moment.")}</p>;
  return (
    <p>
      {t("This part of the page could not be fetched.")}{" "}
      <button type="button" class="button outlined small" onClick={() => void fetchCode()}>
        {t("Try again")}
      </button>
    </p>
  );
}

async function fetchCode(): Promise<void> {
  if (closer.value) return;
  isMissing.value = false;
  try {
    closer.value = await import("./closer.tsx");
  } catch {
    isMissing.value = true;
  }
}
