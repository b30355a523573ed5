/** The top bar: which experiment this is, how it is doing, and how to pass it on. */
import { computed, signal } from "@preact/signals";
import { hides, hidesSetup, isFramed } from "../hide.ts";
import { count, number } from "../format.ts";
import { Icon } from "../icons.tsx";
import { plural, t } from "../language.ts";
import { Save } from "./save.tsx";
import { ThemeButton } from "./theme.tsx";
import {
  connection,
  experiment,
  isGalleryOpen,
  isKeyListOpen,
  isReadOnly,
  isRecording,
  isSetupOpen,
  isShareOpen,
  pageState,
  scene,
  toldFrame,
  watchers,
} from "../store.ts";
import { secondsLeft } from "./retry.ts";
import { Redo, Undo } from "./undo.tsx";

const SLOW_MS = 800;

export function Header() {
  return (
    <header class="top">
      <h1 class="brand">
        <Logo />
        {t("Playground")}
      </h1>
      <p class="experiment">
        <b>{scene.value ? t(scene.value.title) : t("Two spirals")}</b> <span>{t(scene.value?.summary ?? "")}</span>
      </p>
      <Status />
      <nav aria-label={t("Main")}>
        {!hidesSetup && (
          <button
            type="button"
            class="button outlined setup-toggle"
            aria-expanded={isSetupOpen.value}
            aria-controls="setup"
            onClick={() => (isSetupOpen.value = !isSetupOpen.value)}
          >
            <Icon name="menu" /> {t("Set up")}
          </button>
        )}
        {!hidesSetup && !isReadOnly.value && <GalleryButton />}
        {!isFramed && <MyRuns />}
        {!isReadOnly.value && <Undo />}
        {!isReadOnly.value && <Redo />}
        <button
          type="button"
          class="button square keys"
          aria-label={t("Keyboard shortcuts")}
          title={t("Keyboard shortcuts (?)")}
          onClick={() => (isKeyListOpen.value = true)}
        >
          <Icon name="keys" />
        </button>
        <ThemeButton hint={t("Light or dark (T)")} />
        {!hides("save") && <Save />}
        {!hides("share") && (
          <button
            type="button"
            class="button outlined share"
            onClick={() => (isShareOpen.value = true)}
            title={t("Share this experiment, let others watch, or open a room")}
          >
            <Icon name="share" />
            <span>{t("Share")}</span>
          </button>
        )}
      </nav>
    </header>
  );
}

/** In the bar; where that has no room for it, above what is set up. */
export function GalleryButton() {
  return (
    <button
      type="button"
      class="button gallery-button"
      title={t("Experiments to begin with (G then G)")}
      onClick={() => (isGalleryOpen.value = true)}
    >
      <Icon name="gallery" />
      <span>{t("Gallery")}</span>
    </button>
  );
}

/** Like the gallery's button: in the bar, or above what is set up. */
export function MyRuns() {
  return (
    <a class="button gallery-button" href="/runs" title={t("All that you have trained and that is kept")}>
      <Icon name="runs" />
      <span>{t("My runs")}</span>
    </a>
  );
}

/** A connection that comes at once is not worth a word. */
const isSlow = signal(false);
setTimeout(() => (isSlow.value = true), SLOW_MS);

const status = computed((): { mood: string; word: string; detail: string } => {
  if (pageState.value === "full") return { mood: "warning", word: t("Full"), detail: "" };
  if (connection.value.state === "lost") {
    const seconds = secondsLeft.value;
    return {
      mood: "warning",
      word: t("Offline"),
      detail: seconds > 0 ? t(", trying again in {seconds} s", { seconds }) : t(", trying again"),
    };
  }
  if (connection.value.state === "ended") return { mood: "warning", word: t("Ended"), detail: "" };
  const now = toldFrame.value;
  if (isRecording.value) return { mood: "still", word: t("Recording"), detail: t(", connecting") };
  if (now && isReadOnly.value) return { mood: "live", word: t("Live"), detail: withOthers.value };
  if (!now) return { mood: "still", word: isSlow.value ? t("Connecting") : "", detail: "" };
  switch (now.status) {
    case "playing":
      return { mood: "good", word: t("Training"), detail: rate.value };
    case "paused":
      return { mood: "still", word: t("Paused"), detail: "" };
    case "finished":
      return { mood: "still", word: t("Finished"), detail: "" };
    case "diverged":
      return { mood: "bad", word: t("Stopped"), detail: t(", diverged") };
    default:
      return now.status satisfies never;
  }
});

const withOthers = computed(() => {
  const others = watchers.value - 1;
  return others > 0 ? plural(others, " with one other", " with {count} others") : "";
});

/** Rounded, so that the chip does not flicker. */
const rate = computed(() => {
  const epochs = toldFrame.value?.epochs_per_second ?? 0;
  if (epochs >= 1) return t(" at {rate} epochs/s", { rate: number(epochs, 2) });
  return t(" at {rate} samples/s", { rate: number(toldFrame.value?.samples_per_second ?? 0, 2) });
});

function Status() {
  const { mood, word, detail } = status.value;
  return (
    <p class="status" data-mood={mood} hidden={!word}>
      <span>
        {word}
        <span class="detail">{detail}</span>
      </span>
    </p>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 22 22" aria-hidden="true">
      <path d="M4.5 6.5 17 11 4.5 15.5" />
      <circle class="positive" cx="4.5" cy="6.5" r="3" />
      <circle class="negative" cx="4.5" cy="15.5" r="3" />
      <circle cx="17" cy="11" r="3.5" />
    </svg>
  );
}

/** "Two spirals, epoch 200 · Playground", for the tab of the browser. */
export const documentTitle = computed(() => {
  const name = t(scene.value?.title ?? experiment.value.name);
  const now = toldFrame.value;
  if (!now) return t("Neural Playground");
  return t("{name}, epoch {epoch} · Playground", { name, epoch: count(now.epoch) });
});
