/** The gradient check: what backpropagation says beside what trying says, weight by weight. */
import type { ReadonlySignal } from "@preact/signals";
import { drawDiagonal } from "../../draw/diagonal.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { give, isPlaying, isReadOnly, scene, type Frame, type Scene } from "../../store.ts";
import { TableButton, type DataTable } from "../datatable.tsx";
import { Picture } from "../picture.tsx";
import { useGlance, type Rhythm } from "./glance.ts";
import { lowered } from "./script.ts";
import { isWide } from "../layerlist.ts";
import { localName } from "../shape.ts";

const MOST = 100;
/** It costs the server a pass over all samples for each weight and each direction: not while it trains. */
const RHYTHM: Rhythm = { playing: Infinity, resting: 300 };
const DOUBTFUL = 1e-3;

interface Check {
  readonly places: ArrayLike<number>;
  readonly analytic: ArrayLike<number>;
  readonly numeric: ArrayLike<number>;
  readonly errors: ArrayLike<number>;
}

export function GradientCheck() {
  const seen = useGlance(`gradient_check:${MOST}`, RHYTHM);
  const check = checkOf(seen.value);
  if (!seen.value || !check) return <Waiting />;
  return (
    <div class="gradient-check">
      <Diagonal seen={seen} />
      <div class="findings">
        <p>
          <b>{verdict(check)}</b>
        </p>
        <p class="quiet">
          {t("At epoch {epoch}, over all training samples.", { epoch: format.count(seen.value.epoch) })}{" "}
          {t(
            "Analytic is what backpropagation computes; numeric is what the loss does when a weight is moved by {step} to either side.",
            { step: format.number(0.00001) },
          )}
        </p>
        <TableButton title={t("Analytic and numeric gradients")} table={() => tableOf(check)} />
      </div>
    </div>
  );
}

/** What it waits for; who may pause training can do so here. */
function Waiting() {
  if (!isPlaying.value) return <p class="quiet">{t("The gradients are checked.")}</p>;
  return (
    <div class="waiting">
      <p class="quiet">{t("The check needs a moment in which the network does not train.")}</p>
      {!isReadOnly.value && (
        <button type="button" class="button outlined small" onClick={pauseAndStay}>
          {t("Pause and check")}
        </button>
      )}
    </div>
  );
}

/** The button goes: the focus stays in its pane. */
function pauseAndStay({ currentTarget }: { currentTarget: HTMLElement }): void {
  currentTarget.closest<HTMLElement>(".pane")?.focus();
  give({ op: "pause" });
}

function checkOf(frame: Frame | null): Check | null {
  const numbers = (name: string) => frame?.arrays[`gradient_check/${name}`]?.data;
  const [places, analytic, numeric] = [numbers("places"), numbers("analytic"), numbers("numeric")];
  const errors = numbers("relative_error");
  return places && analytic && numeric && errors ? { places, analytic, numeric, errors } : null;
}

/** "All 89 gradients agree with finite differences to 7 digits." */
function verdict({ errors }: Check): string {
  const all = errors.length;
  const worst = Math.max(...Array.from(errors));
  const wrong = Array.from(errors).filter((error) => error > DOUBTFUL).length;
  if (wrong)
    return t("{wrong} of {count} gradients differ from finite differences, by up to {share}.", {
      wrong,
      count: all,
      share: format.percent(worst),
    });
  const digits = Math.max(1, Math.min(15, Math.floor(-Math.log10(worst || 1e-15))));
  const there = scene.value?.parameters ?? all; // of a large network only some are checked
  return all < there
    ? t("{count} gradients, of {all}, agree with finite differences to {digits} digits.", {
        count: all,
        all: format.count(there),
        digits,
      })
    : t("All {count} gradients agree with finite differences to {digits} digits.", { count: all, digits });
}

function Diagonal({ seen }: { seen: ReadonlySignal<Frame | null> }) {
  return (
    <Picture
      class="diagonal"
      label={t("Analytic against numeric gradients: equal ones lie on the diagonal")}
      draw={(pen, colors) => {
        const check = checkOf(seen.value);
        if (!check) return;
        const isWrong = (i: number) => (check.errors[i] ?? 0) > DOUBTFUL;
        drawDiagonal(pen, check.analytic, check.numeric, isWrong, [t("analytic"), t("numeric")], colors);
      }}
    />
  );
}

/** Every weight that was checked. */
function tableOf({ places, analytic, numeric, errors }: Check): DataTable {
  const names = namesOf(scene.value);
  const exactly = (value: number) => format.number(value, 6);
  return {
    columns: [
      t("weight"),
      { name: t("analytic"), text: exactly },
      { name: t("numeric"), text: exactly },
      { name: t("relative error"), text: (value) => format.number(value, 2) },
    ],
    rows: Array.from(places, (place, i) => [names(place), analytic[i] ?? NaN, numeric[i] ?? NaN, errors[i] ?? NaN]),
  };
}

/** What the weight at a place is called, all layers' weights counted through. */
function namesOf(world: Scene | null): (place: number) => string {
  const layers = world?.layers ?? [];
  return (place) => {
    let left = place;
    for (const [index, { name, parameters, units, kind }] of layers.entries()) {
      if (left >= parameters) {
        left -= parameters;
        continue;
      }
      return `${localName(name)} ${parameterName(left, units, parameters / units, isWide(kind) || index === layers.length - 1)}`;
    }
    return String(place);
  };
}

/** A dense layer's parameters lie unit by unit, each with its bias last; a normalization's gains before its shifts. */
function parameterName(place: number, units: number, columns: number, isDense: boolean): string {
  if (!isDense) return lowered(place < units ? t("gain") : t("shift"), (place % units) + 1);
  const [unit, input] = [Math.floor(place / columns) + 1, (place % columns) + 1];
  return input === columns ? lowered("b", unit) : lowered("w", unit, input);
}
