/** The menu of pictures to take away. What draws them is loaded when the first one is wanted. */
import { effect, signal } from "@preact/signals";
import { sharpened } from "../draw/pen.ts";
import { hides } from "../hide.ts";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { epoch, experiment, frame, notice, runId, scene, tab as front, type Tab } from "../store.ts";
import { isWide, pane, PANES, type Pane } from "./inspector/panes.ts";
import { closeMenu } from "./menu.tsx";
import { inks } from "./picture.tsx";
import { MENU } from "./save.tsx";

interface Panel {
  readonly words: string;
  /** Said while it is made. */
  readonly drawing: string;
  /** Stands in the file's name. */
  readonly name: string;
  readonly tab: Tab;
  readonly selector: string;
  /** Stands behind the title of the experiment. */
  readonly caption?: string;
  /** What is for turning, not for looking at. */
  readonly without: string;
}

const CONTROLS = ".icon, .unseen, .popover, .inserter, .check, .aside";

const PANELS: readonly Panel[] = [
  {
    words: t("Result as PNG"),
    drawing: t("Drawing the result …"),
    name: "",
    tab: "result",
    selector: ".answer",
    without: `${CONTROLS}, .answer > .heading:first-child, .answer .button, .drawn, .losses`,
  },
  {
    words: t("Network as PNG"),
    drawing: t("Drawing the network …"),
    name: "-network",
    tab: "network",
    selector: ".plan",
    without: CONTROLS,
  },
  {
    words: t("Loss as PNG"),
    drawing: t("Drawing the loss …"),
    name: "-loss",
    tab: "result",
    selector: ".losses",
    without: `${CONTROLS}, .heading`,
  },
];

/** What is open in the inspector: a pane, or three beside each other. */
function inspectorPanels(): readonly Panel[] {
  if (hides("inspector")) return [];
  const beside: readonly (readonly [Pane, string])[] = isWide.value
    ? [
        ["statistics", ".inspector > .beside:not(.last)"],
        ["doctor", ".inspector > .beside.last .pane"],
      ]
    : [];
  return [[pane.value, "#pane"] as const, ...beside].map(([name, selector]) => {
    const panel = PANES.find((each) => each.name === name)?.words ?? "";
    return {
      words: t("{panel} as PNG", { panel }),
      drawing: t("Drawing: {panel} …", { panel }),
      name: `-${name.replaceAll("_", "-")}`,
      tab: "inspect",
      selector,
      without: `${CONTROLS}, .beside > h2, :is(.button, .table-button):not(.card > p > *)`,
      caption: panel,
    };
  });
}

const PATIENCE_MS = 2000;
/** What is being drawn; "" is nothing. */
const drawing = signal("");

export function SaveMenu() {
  return (
    <>
      {[...PANELS.filter((panel) => !hides(panel.tab)), ...inspectorPanels()].map((panel) => (
        <Choice key={panel.name} {...panel} act={() => savePanel(panel)} />
      ))}
      {!hides("result") && (
        <Choice words={t("Training as GIF")} drawing={t("Drawing the training …")} act={saveTraining} />
      )}
      <p class="quiet" role="status">
        {drawing}
      </p>
    </>
  );
}

/** One that waits for its picture keeps the menu open, which says so. */
function Choice({ words, drawing: tells, act }: Pick<Panel, "words" | "drawing"> & { act: () => Promise<void> }) {
  const choose = async () => {
    drawing.value = tells;
    try {
      await act();
    } catch {
      notice.value = t("The picture could not be drawn. Reload the page, then try again.");
    }
    drawing.value = "";
    closeMenu(MENU);
  };
  return (
    <button type="button" class="button" disabled={drawing.value !== ""} onClick={() => void choose()}>
      {words}
    </button>
  );
}

async function savePanel({ name, tab, selector, without, caption: part }: Panel): Promise<void> {
  const { pictureOf, savePicture } = await import("../saving/saving.ts");
  const before = front.value;
  const panel = await shown(tab, selector);
  const { title = "", summary = "" } = scene.value ?? {};
  const caption = {
    title: part ? `${t(title)}: ${part}` : t(title),
    summary: t(summary),
    epoch: t("epoch {epoch}", { epoch: format.count(epoch.value) }),
  };
  const file = fileName(name, "png");
  let picture: HTMLCanvasElement | undefined;
  sharpened(() => (picture = pictureOf(panel, without, caption, inks.value)));
  front.value = before;
  if (picture) await savePicture(picture, file);
}

async function saveTraining(): Promise<void> {
  const file = fileName("", "gif");
  const { saveFilm } = await import("../saving/saving.ts");
  notice.value = await saveFilm(runId.value, file);
}

/** "two-spirals-epoch-40.png". */
function fileName(part: string, ending: string): string {
  const words = (scene.value?.title ?? experiment.value.name).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ["network"];
  return `${words.join("-")}${part}-epoch-${epoch.value}.${ending}`;
}

/** The panel, which a phone may first have to bring to the front; its next frame then has what it shows. */
async function shown(name: Tab, selector: string): Promise<Element> {
  if (!document.querySelector(selector)) {
    front.value = name;
    await nextFrame();
  }
  const panel = document.querySelector(selector);
  if (!panel) throw new Error(`${selector} is not on the page`);
  return panel;
}

function nextFrame(): Promise<void> {
  const before = frame.value;
  return new Promise((settle) => {
    const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => settle()));
    const patience = setTimeout(drawn, PATIENCE_MS);
    const stop = effect(() => {
      if (frame.value === before) return;
      clearTimeout(patience);
      queueMicrotask(() => stop());
      drawn();
    });
  });
}
