/** What the loss is like around the run: the landscape with its way, and how near its steps are to being too large. */
import { computed, effect, signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Segments } from "../../form/controls.tsx";
import { t } from "../../language.ts";
import { curveTick, frame, isPlaying, runId, scene } from "../../store.ts";
import { Tools, useChoices, type Chosen } from "../landscape/choices.tsx";
import { secondsFor } from "../landscape/cost.ts";
import { Landscape } from "../landscape/landscape.tsx";
import type { Standing } from "../landscape/way.ts";
import { useView } from "./glance.ts";
import { Sharpness } from "./sharpness.tsx";

const LANDSCAPE = t("Landscape");
const EDGE = t("Edge of stability");
/** Of a larger network all weights would be too much to have with every frame. */
const MOST_FOLLOWED = 20_000;

const shown = signal(LANDSCAPE);

export function LandscapePane() {
  const isEdge = shown.value === EDGE;
  const chosen = useChoices(present.value);
  return (
    <div class="landscape-pane">
      <div class="landscape-top">
        <Segments
          label={t("What is shown")}
          choices={[LANDSCAPE, EDGE]}
          chosen={shown.value}
          onChoose={(choice) => (shown.value = choice)}
        />
        {!isEdge && <Tools chosen={chosen} />}
      </div>
      {isEdge ? <Sharpness /> : <OfThisRun chosen={chosen} />}
    </div>
  );
}

/** The network and the way that are shown: where one is another, so is the landscape. */
const present = computed(() => `${runId.value} ${scene.value?.scene ?? 0} ${frame.value?.generation ?? 0}`);
const isFollowed = computed(() => (scene.value?.parameters ?? Infinity) <= MOST_FOLLOWED);

function OfThisRun({ chosen }: { chosen: Chosen }) {
  const standing = useStanding();
  const run = { id: runId.value, label: "", letter: "", color: "--color-ink", headColor: "--color-accent", dash: [] };
  if (!run.id) return null;
  return (
    <Landscape
      runs={[{ ...run, standing }]}
      of={present.value}
      seconds={seconds.value}
      isResting={!isPlaying.value}
      chosen={chosen}
    />
  );
}

/** Where the run is, as the frames say it. */
function useStanding(): Standing | null {
  const standing = useSignal<Standing | null>(null);
  useView(isFollowed.value ? "weights" : null);
  useEffect(
    () =>
      effect(() => {
        curveTick.value;
        const now = frame.peek();
        standing.value = now && { step: now.step, loss: now.metrics.train_loss ?? NaN, arrays: now.arrays };
      }),
    [],
  );
  return standing.value;
}

const seconds = computed(() => secondsFor(scene.value?.parameters ?? 0, scene.value?.train_samples ?? 0));
