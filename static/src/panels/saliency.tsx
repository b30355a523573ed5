/** Saliency: which pixels of an image speak for a class and which against it, as colours over the image. */
import { computed, effect, signal } from "@preact/signals";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { frame, scene } from "../store.ts";
import type { NamedArray } from "../wire.ts";
import { TableButton, type DataTable } from "./datatable.tsx";
import { useChangingView } from "./inspector/glance.ts";
import { viewOf } from "./imagelooks.ts";
import { Grid, sidesOfImages } from "./pickedimage.tsx";

/** The class that was chosen; null is the one that the network says. */
const chosen = signal<number | null>(null);

const view = computed(() => viewOf("saliency"));

/** The gradients of all classes, (classes, rows, columns), until there are newer ones; null of an empty pad. */
const gradients = signal<NamedArray | null>(null);
effect(() => {
  const name = view.value;
  gradients.value = name ? (frame.value?.arrays[name] ?? gradients.peek()) : null;
});

/** The class that the network says, as of the frame that the gradients came with. */
const said = signal(0);
effect(() => {
  const last = (scene.value?.layers.length ?? 0) - 1;
  const [kind = "", subject = ""] = view.value?.split(":") ?? [];
  const answer = kind.endsWith("_of") ? `image:${subject}` : `sample:${subject}/${last}`;
  const outputs = frame.value?.arrays[answer]?.data;
  if (outputs && outputs.length > 1) said.value = outputs.indexOf(Math.max(...outputs));
});

const names = computed(() => (scene.value?.class_names ?? []).map((name) => t(name)));
/** Of two classes there may be one output, which speaks for the second. */
const isSingle = computed(() => gradients.value?.shape[0] === 1);
const shown = computed(() => (isSingle.value ? 1 : (chosen.value ?? said.value)));

/** The gradient of the class that is shown by each pixel. */
const slopes = computed(() => {
  const [, rows = 0, columns = 0] = gradients.value?.shape ?? [];
  const place = isSingle.value ? 0 : shown.value;
  return gradients.value?.data.subarray(place * rows * columns, (place + 1) * rows * columns) ?? [];
});

const HALF = 127;

function bytes(): ArrayLike<number> {
  const values = Array.from(slopes.value);
  const largest = Math.max(...values.map(Math.abs)) || 1;
  return values.map((value) => 128 + Math.round((HALF * value) / largest));
}

/** The colours, over the image. */
export function Heat() {
  useChangingView(view);
  return (
    <div class="over heat">
      {gradients.value && (
        <Grid
          bytes={bytes}
          palette="diverging"
          label={t("How each pixel counts for {name}", { name: names.value[shown.value] ?? "" })}
        />
      )}
    </div>
  );
}

export function Saliency() {
  const name = names.value[shown.value] ?? "";
  return (
    <div class="image-look">
      {!isSingle.value && (
        <label>
          {t("Class")}
          <select
            value={chosen.value ?? ""}
            onChange={({ currentTarget }) => (chosen.value = currentTarget.value ? Number(currentTarget.value) : null)}
          >
            <option value="">{t("what it says: {name}", { name: names.value[said.value] ?? "" })}</option>
            {names.value.map((each, index) => (
              <option key={index} value={index}>
                {each}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="explained">
        <p>
          {t(
            "More ink where it is blue speaks for {name}, where it is orange against it: the gradient, by each pixel, of the sum that reaches the output of {name}, before its activation.",
            { name },
          )}{" "}
          {strongest(name)}
        </p>
        <TableButton title={t("Gradient by each pixel")} table={tableNow} />
      </div>
    </div>
  );
}

/** The pixel that counts most, in words. */
function strongest(name: string): string {
  const values = Array.from(slopes.value);
  if (!values.length) return "";
  const [, columns] = sidesOfImages();
  const place = values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best] ?? 0) ? i : best), 0);
  const where = { name, row: Math.floor(place / columns) + 1, column: (place % columns) + 1 };
  return (values[place] ?? 0) > 0
    ? t("Most speaks for {name} the pixel in row {row}, column {column}.", where)
    : t("Most speaks against {name} the pixel in row {row}, column {column}.", where);
}

function tableNow(): DataTable {
  const [rows, columns] = sidesOfImages();
  return {
    columns: [
      t("row"),
      ...Array.from({ length: columns }, (_, i) => ({
        name: String(i + 1),
        text: (value: number) => format.weight(value),
      })),
    ],
    rows: Array.from({ length: rows }, (_, row) => [
      String(row + 1),
      ...Array.from(slopes.value).slice(row * columns, (row + 1) * columns),
    ]),
    note: t("for {name}", { name: names.value[shown.value] ?? "" }),
  };
}
