/** What the colours of the picture mean, or whose picture it is. */
import { classColor, drawnOf } from "../draw/plane.ts";
import { drawMark } from "../draw/pen.ts";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { hasPatterns, neuron, scene } from "../store.ts";
import { Picture } from "./picture.tsx";
import { isPassing, nameOf, regarded } from "./regard.ts";
import { inUnits, target } from "./units.ts";

export function Legend() {
  const world = scene.value;
  if (regarded.value) return <Picked />;
  if (world?.dimensions === 1) return <p class="legend" />;
  if (world && (world.classes ?? 0) > 2) return <ClassLegend />;
  const [low, high] =
    world?.task === "regression"
      ? world.target_range.map((value) => format.number(inUnits(value, target.value), 3))
      : (world?.class_names.map((name) => t(name)) ?? [t("orange"), t("blue")]);
  return (
    <p class="legend">
      <span>
        <i class="mark negative" />
        {low}
      </span>
      <span class={hasPatterns.value ? "ramp dotted" : "ramp"} />
      <span>
        {high}
        <i class="mark positive" />
      </span>
      <Drawn />
    </p>
  );
}

export function ClassLegend() {
  const world = scene.value;
  return (
    <p class="legend classes">
      {world?.class_names.map((name, i) => (
        <span key={name}>
          <ClassMark index={i} classes={world.classes} />
          {t(name)}
        </span>
      ))}
      <Drawn />
    </p>
  );
}

/** Of very many points only some are drawn. */
function Drawn() {
  const count = scene.value?.arrays["targets"]?.data.length ?? 0;
  const drawn = drawnOf(count);
  if (drawn === count) return null;
  return <span>{t("{drawn} of {count} drawn", { drawn: format.count(drawn), count: format.count(count) })}</span>;
}

interface ClassMarkProps {
  readonly index: number;
  readonly classes: number | null;
  readonly isTest?: boolean;
}

/** The colour and the shape of a class, hollow as test points are. */
export function ClassMark({ index, classes, isTest = false }: ClassMarkProps) {
  return (
    <Picture
      class="class-mark"
      draw={({ context, width, height }, colors) =>
        drawMark(context, width / 2, height / 2, 4, index, classColor(colors, index, classes), colors.halo, isTest)
      }
    />
  );
}

/** Says that the picture is one neuron's, and where it stays so gives the way back. */
function Picked() {
  const name = regarded.value ? nameOf(regarded.value) : "";
  if (isPassing.value)
    return (
      <p class="legend passing">
        <b>{name}</b>
      </p>
    );
  return (
    <p class="legend picked">
      <span>{t("Showing only {name}", { name })}</span>
      <button type="button" class="button outlined small" onClick={() => (neuron.value = null)}>
        {t("Show the output")}
      </button>
    </p>
  );
}
