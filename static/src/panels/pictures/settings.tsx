/** The images that are learned of: whose they are, and how many of them. */
import { Part, Problem } from "../../form/controls.tsx";
import { t } from "../../language.ts";
import { isReadOnly } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import { dataNow, isOwnImages } from "./pictures.ts";

await fetchStyle("table");

const windows = () => import("./windows.tsx");

export function ImageSettings() {
  if (!isOwnImages()) return null;
  const { called, side, labels } = dataNow();
  return (
    <>
      <div class="table-heading">
        <p>
          <b>{called}</b>{" "}
          <span class="quiet">
            {t("{classes}; {side} × {side2} pixels", { classes: labels.join(", "), side, side2: side })}
          </span>
        </p>
        <Problem path="data.images" />
        <Problem path="data.side" />
        <Problem path="data.labels" />
        {!isReadOnly.value && (
          <p class="bring-ways">
            <button
              type="button"
              class="button outlined small"
              onClick={() => void windows().then(({ openBring }) => openBring())}
            >
              {t("Bring images…")}
            </button>
            <button
              type="button"
              class="button small"
              onClick={() => void windows().then(({ openMine }) => openMine())}
            >
              {t("My images")}
            </button>
          </p>
        )}
      </div>
      <div class="settings">
        <Part path="data.samples" />
        <Part path="data.test_fraction" />
        <Part path="data.scaling" />
      </div>
    </>
  );
}
