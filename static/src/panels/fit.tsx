/** Regression of one input: the curve that the network draws through the points. */
import { useSignal } from "@preact/signals";
import { drawFit, fitArea, type Drawn } from "../draw/fit.ts";
import { t } from "../language.ts";
import { scene, showsTest, type Scene } from "../store.ts";
import { answers, mistakesInto, showsMistakes } from "./answers.ts";
import { ownMap } from "./ownmap.ts";
import { Picture } from "./picture.tsx";
import { samplesOf } from "./plane.tsx";
import { Points } from "./points.tsx";
import { sides } from "./units.ts";
import { shot, view } from "./view.ts";

const marked: number[] = [];

export function Fit() {
  const area = useSignal({ left: 0, width: 0, height: 0 });
  return (
    <figure class="fit">
      <Picture
        class="samples"
        label={t("The network's answer as a curve over its input, with training points filled and test points hollow")}
        describedBy="answer-description"
        draw={(pen, colors) => {
          const world = scene.value;
          const room = fitArea(pen.width, pen.height, sides.value);
          if (room.width !== area.peek().width || room.height !== area.peek().height) area.value = room;
          if (!world) return;
          marked.length = 0;
          if (showsMistakes.value) mistakesInto(marked);
          const values = answers.value?.data ?? [];
          drawFit(
            pen,
            samplesOf(world),
            curveOf(world),
            marked,
            values,
            view.value,
            colors,
            showsTest.value,
            sides.value,
          );
        }}
      />
      <Points area={area.value} />
    </figure>
  );
}

/** What the network answers, or the neuron that is looked at, whose own range is laid over that of the targets. */
function curveOf({ domain: [from, to], target_range: [low, high] }: Scene): Drawn {
  if (ownMap.value)
    return { values: Array.from(ownMap.value.data, (byte) => low + (byte / 255) * (high - low)), from, to };
  const picture = shot.value;
  if (!picture) return { values: [], from, to };
  return { values: picture.data, from: picture.window.left, to: picture.window.right };
}
