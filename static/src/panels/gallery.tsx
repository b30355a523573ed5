/** The gallery: experiments worth starting from, each with its data, its network and what there is to see. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { memberOf, schemaAt } from "../form/schema.ts";
import { isFramed } from "../hide.ts";
import { t } from "../language.ts";
import { learningAddress } from "../link.ts";
import { catalogue, experiment, give, isGalleryOpen, type Experiment } from "../store.ts";
import { isSame } from "../path.ts";
import { Dialog } from "./dialog.tsx";
import { SetThumbnail } from "./thumbnails.tsx";

interface Preset {
  readonly name: string;
  readonly title: string;
  readonly group: string;
  readonly says: string;
  /** Its network in a line. */
  readonly summary: string;
  readonly experiment: Experiment;
}

const presets = signal<readonly Preset[]>([]);
const isMissing = signal(false);

async function fetchPresets(): Promise<void> {
  if (presets.value.length) return;
  isMissing.value = false;
  try {
    const answer = await fetch("/api/presets");
    presets.value = (await answer.json()) as Preset[];
  } catch {
    isMissing.value = true;
  }
}

export function Gallery() {
  useEffect(() => void fetchPresets(), []);
  const groups = [...new Set(presets.value.map(({ group }) => group))];
  return (
    <Dialog title={t("Gallery")} class="presets-dialog" onClose={() => (isGalleryOpen.value = false)}>
      <p class="quiet">
        {t("Each begins at epoch 0. Undo brings back what you have now.")}{" "}
        {!isFramed && <a href="/descent">{t("Gradient descent by itself: the Descent lab")}</a>}{" "}
        {!isFramed && <a href="/sweep">{t("One experiment many times: the sweep")}</a>}{" "}
        {!isFramed && <a href="/race">{t("Several networks beside each other: the race")}</a>}{" "}
        {!isFramed && (
          <a href={learningAddress(catalogue, experiment.value)}>{t("More and more data: the learning curve")}</a>
        )}
      </p>
      {isMissing.value && <Missing />}
      <div class="presets" role="region" aria-label={t("Experiments")} tabIndex={0}>
        {groups.map((group) => (
          <section key={group} aria-label={t(group)}>
            <h3>{t(group)}</h3>
            <ul>
              {presets.value
                .filter((preset) => preset.group === group)
                .map((preset) => (
                  <Card key={preset.name} preset={preset} />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Missing() {
  return (
    <p>
      {t("The gallery could not be fetched.")}{" "}
      <button type="button" class="button outlined small" onClick={() => void fetchPresets()}>
        {t("Try again")}
      </button>
    </p>
  );
}

function Card({ preset }: { preset: Preset }) {
  const isHere = isSame(preset.experiment, experiment.value);
  return (
    <li>
      <button
        type="button"
        class="preset"
        aria-current={isHere ? "true" : undefined}
        onClick={(event) => open(preset, event.currentTarget.closest("dialog"))}
      >
        <Sketch kind={preset.experiment.data.kind} />
        <b>{t(preset.title)}</b>
        <span>{t(preset.says)}</span>
        <small>{t(preset.summary)}</small>
      </button>
    </li>
  );
}

/** From epoch 0, and at once: what there is to see is how it learns. Where motion is unwanted, somebody presses play. */
function open({ experiment }: Preset, dialog: HTMLDialogElement | null): void {
  dialog?.close();
  give({ op: "reset", change: { paths: [], experiment } });
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) give({ op: "play" });
}

/** The data in small: points, or one of the images. */
function Sketch({ kind }: { kind: string }) {
  const family = schemaAt(catalogue.schema, catalogue.default, "data");
  const isClasses = family && memberOf(catalogue.schema, family, kind)?.schema.task !== "regression";
  return <SetThumbnail kind={kind} isClasses={isClasses ?? true} />;
}
