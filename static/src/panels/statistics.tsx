/** Weights and gradients, one card for each layer that has any. */
import { effect, signal } from "@preact/signals";
import { drawHistogram, drawTrace } from "../draw/histogram.ts";
import * as format from "../format.ts";
import { curveTick, frame, scene } from "../store.ts";
import { isWide } from "./layerlist.ts";
import { Picture } from "./picture.tsx";

const LONGEST_TRACE = 400;
const FEWEST_IN_TRACE = 30;

/** The gradient sizes of each layer since this generation was first watched; before an update there is none. */
const traces: { generation: number; sizes: number[][] } = { generation: -1, sizes: [] };
const traceTick = signal(0);

effect(() => {
  curveTick.value;
  const now = frame.peek();
  if (!now?.statistics) return;
  if (now.generation !== traces.generation || now.statistics.length !== traces.sizes.length) {
    traces.generation = now.generation;
    traces.sizes = now.statistics.map(() => []);
  }
  now.statistics.forEach(({ gradient_norm }, i) => {
    const sizes = traces.sizes[i];
    if (gradient_norm > 0) sizes?.push(gradient_norm);
    if (sizes && sizes.length > LONGEST_TRACE) traces.sizes[i] = sizes.filter((_, k) => k % 2 === 1);
  });
  traceTick.value = traceTick.peek() + 1;
});

export function Statistics() {
  const layers = scene.value?.layers ?? [];
  return (
    <section class="inspector" aria-labelledby="inspector-title">
      <h2 id="inspector-title">Weights and gradients</h2>
      <div class="cards" tabIndex={0} role="group" aria-label="One card for each layer">
        {layers.map(
          (layer, i) =>
            layer.parameters > 0 && (
              <Card
                key={i}
                index={i}
                name={layer.name}
                weights={layer.parameters - layer.units}
                word={isWide(layer.kind) ? "weights" : "gains"}
              />
            ),
        )}
      </div>
    </section>
  );
}

/** A layer's last column of parameters, its biases or shifts, is left out. */
function Card({ index, name, weights, word }: { index: number; name: string; weights: number; word: string }) {
  return (
    <article class="card">
      <p>
        <b>{name}</b>{" "}
        <span>
          {format.count(weights)} {word}
        </span>
      </p>
      <Picture
        label={`Histogram of the ${word} of ${name}`}
        draw={(pen, colors) => {
          traceTick.value;
          const now = frame.peek();
          const counts = now?.arrays[`weight_histogram/${index}`]?.data;
          const reach = now?.statistics?.[index]?.weight_max;
          if (counts && reach !== undefined) drawHistogram(pen, counts, format.number(reach, 2), colors);
        }}
      />
      <p>
        <span>Gradient size</span>{" "}
        <b>
          <GradientSize index={index} />
        </b>
      </p>
      <Picture
        class="trace"
        label={`Gradient size of ${name} over time, log scale`}
        draw={(pen, colors) => {
          traceTick.value;
          drawTrace(pen, traces.sizes[index] ?? [], FEWEST_IN_TRACE, colors);
        }}
      />
    </article>
  );
}

function GradientSize({ index }: { index: number }) {
  traceTick.value;
  return <>{format.loss(frame.peek()?.statistics?.[index]?.gradient_norm || undefined)}</>;
}
