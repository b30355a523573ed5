/** The images that one has brought: to learn of others, to name, share or delete. */
import { useEffect } from "preact/hooks";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { fetchStyle } from "../../style.ts";
import { Dialog } from "../dialog.tsx";
import { KeptItem, Problem, useAttempt, usageText } from "../table/kept.tsx";
import { isBringing, isChoosing } from "./opened.ts";
import { begin, dataNow, fetchShelf, isOwnImages, mark, remove, shelf, totalOf } from "./pictures.ts";

await fetchStyle("table");

export function Mine() {
  const { problem, attempt } = useAttempt();
  useEffect(() => attempt(fetchShelf), []);
  const close = () => (isChoosing.value = false);
  return (
    <Dialog title={t("My images")} class="mine-dialog" onClose={close}>
      <Problem text={problem.value} />
      {shelf.value && !shelf.value.images.length && <p>{t("You have brought no images yet.")}</p>}
      <ul class="mine">
        {shelf.value?.images.map((images) => (
          <KeptItem
            key={images.id}
            name={images.name}
            says={t("{images} images of {classes} classes", {
              images: format.count(totalOf(images.counts)),
              classes: images.labels.length,
            })}
            isShared={images.is_shared}
            isInUse={isOwnImages() && dataNow().images === images.id}
            onUse={() => {
              begin(images);
              close();
            }}
            onMark={(marks) => attempt(() => mark(images.id, marks))}
            onDelete={() => attempt(() => remove(images.id))}
          />
        ))}
      </ul>
      <div class="bring-ways">
        <button
          type="button"
          class="button outlined"
          onClick={() => {
            close();
            isBringing.value = true;
          }}
        >
          {t("Bring images…")}
        </button>
        {shelf.value && <span class="quiet">{usageText(shelf.value)}</span>}
      </div>
    </Dialog>
  );
}
