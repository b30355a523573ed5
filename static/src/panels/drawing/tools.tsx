/** What to draw with, below the map: the class or the value, the tool, and what is still missing. */
import { Segments } from "../../form/controls.tsx";
import * as format from "../../format.ts";
import { Icon } from "../../icons.tsx";
import { t } from "../../language.ts";
import { ClassMark } from "../legend.tsx";
import { scene } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import { Undo } from "../undo.tsx";
import {
  addClass,
  chosenClass,
  chosenValue,
  classes,
  erase,
  finish,
  kind,
  leave,
  MOST_CLASSES,
  told,
  tool,
  type Tool,
} from "./drawing.ts";

await fetchStyle("drawing");

export function Tools() {
  return (
    <div class="draw-tools" role="group" aria-label={t("Drawing")}>
      {kind.value === "drawn" && <Classes />}
      {kind.value === "drawn_values" && <Value />}
      <Chooser />
      <p class="draw-told" role="status">
        {told}
      </p>
      <div class="draw-ends">
        <Undo />
        <button type="button" class="button outlined small" onClick={eraseAll}>
          {t("Erase all")}
        </button>
        <button type="button" class="button outlined small" onClick={leave}>
          {t("Done")}
        </button>
      </div>
    </div>
  );
}

function eraseAll(): void {
  erase(() => true);
  finish();
  tool.value = "point";
}

/** One point, the brush or the eraser. */
function Chooser() {
  const names: Readonly<Record<Tool, string>> = { point: t("Point"), brush: t("Brush"), eraser: t("Eraser") };
  const tools = Object.keys(names) as Tool[];
  return (
    <Segments
      label={t("Tool")}
      choices={Object.values(names)}
      chosen={names[tool.value]}
      onChoose={(words) => (tool.value = tools.find((each) => names[each] === words) ?? "point")}
    />
  );
}

/** To choose a class is to put points of it from now on. */
function Classes() {
  return (
    <fieldset class="draw-classes">
      <legend class="unseen">{t("Class to draw")}</legend>
      {Array.from({ length: classes.value }, (_, index) => (
        <label key={index}>
          <input
            type="radio"
            name="class-to-draw"
            checked={index === chosenClass.value}
            onChange={() => chooseClass(index)}
          />
          <ClassMark key={classes.value} index={index} classes={classes.value} />
          <span>{t(scene.value?.class_names[index] ?? String(index + 1))}</span>
        </label>
      ))}
      {classes.value < MOST_CLASSES && (
        <button
          type="button"
          class="button outlined square small"
          aria-label={t("Add a class")}
          title={t("Add a class. Another number of classes starts the run anew.")}
          onClick={addClass}
        >
          <Icon name="plus" />
        </button>
      )}
    </fieldset>
  );
}

function chooseClass(index: number): void {
  chosenClass.value = index;
  if (tool.value === "eraser") tool.value = "point";
}

function Value() {
  return (
    <label class="draw-value">
      <span>{t("Value")}</span>
      <input
        type="range"
        min={-1}
        max={1}
        step={0.05}
        value={chosenValue.value}
        style={{ "--share": `${50 + 50 * chosenValue.value}%` }}
        onInput={(event) => (chosenValue.value = event.currentTarget.valueAsNumber)}
      />
      <span class="number">{format.fixed(chosenValue.value, 2)}</span>
    </label>
  );
}
