/** The ways of all contestants on one plane through weight space: of all whose networks are the same. */
import { useEffect } from "preact/hooks";
import { LOOKS } from "../draw/looks.ts";
import { t } from "../language.ts";
import { isSame } from "../path.ts";
import { Tools, useChoices } from "../panels/landscape/choices.tsx";
import { secondsFor } from "../panels/landscape/cost.ts";
import { Landscape } from "../panels/landscape/landscape.tsx";
import type { Standing, Walker } from "../panels/landscape/way.ts";
import { tick, type Lane } from "./lane.ts";
import { isPlaying, lanes, names } from "./race.ts";

/** Of a larger network all weights would be too much to have with every frame. */
const MOST_FOLLOWED = 20_000;

export function RaceLandscape() {
  const together = largestGroup(lanes.value);
  const apart = lanes.value.filter((lane) => !together.includes(lane));
  const chosen = useChoices(of(together));
  useWeights(together);
  const { parameters = 0, train_samples: samples = 0 } = together[0]?.scene.value ?? {};
  if (!together.length) return null;
  return (
    <>
      {apart.length > 0 && (
        <p class="quiet">
          {t("Not here: {names}. Only networks with the same layers, activations and loss share a plane.", {
            names: apart.map((lane) => names.value[lanes.value.indexOf(lane)] ?? "").join(", "),
          })}
        </p>
      )}
      <div class="landscape-pane">
        <div class="landscape-top">
          <Tools chosen={chosen} />
        </div>
        <Landscape
          runs={together.map(walkerOf)}
          of={of(together)}
          seconds={secondsFor(parameters, samples)}
          isResting={!isPlaying.value}
          chosen={chosen}
        />
      </div>
    </>
  );
}

/** Most of the contestants, those that have the same weight space and the same loss over it. */
function largestGroup(all: readonly Lane[]): readonly Lane[] {
  const groups = all.map((lane) => all.filter((other) => isSame(spaceOf(lane), spaceOf(other))));
  return groups.reduce((best, group) => (group.length > best.length ? group : best), []);
}

function spaceOf({ scene }: Lane): unknown {
  const { experiment } = scene.value ?? {};
  return experiment && [experiment.network.layers, experiment.output, experiment.loss];
}

/** The networks and the ways that are shown: where one is another, so is the landscape. */
function of(together: readonly Lane[]): string {
  tick.value;
  return together.map(({ run, frame }) => `${run} ${frame.peek()?.generation ?? 0}`).join(" ");
}

function walkerOf(lane: Lane): Walker {
  const place = lanes.value.indexOf(lane);
  const { letter = "", color = "", dash = [] } = LOOKS[place] ?? {};
  return { id: lane.run, label: names.value[place] ?? "", letter, color, dash, standing: standingOf(lane) };
}

function standingOf({ frame }: Lane): Standing | null {
  const now = frame.peek();
  return now && { step: now.step, loss: now.metrics.train_loss ?? NaN, arrays: now.arrays };
}

/** While it is looked at, frames have the weights of whoever is on it. */
function useWeights(together: readonly Lane[]): void {
  useEffect(() => {
    const followed = together.filter(({ scene }) => (scene.peek()?.parameters ?? Infinity) <= MOST_FOLLOWED);
    for (const lane of followed) lane.watch(["boundary", "weights"]);
    return () => {
      for (const lane of followed) lane.watch(["boundary"]);
    };
  }, [together.map(({ run }) => run).join()]);
}
