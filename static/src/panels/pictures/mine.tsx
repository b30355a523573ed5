/** The images that one has brought: to learn of others, to name, share or delete. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { set } from "../../form/setting.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { isReadOnly } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import { Dialog } from "../dialog.tsx";
import { Deleted, KeptItem, Problem, Usage, useAttempt } from "../table/kept.tsx";
import { isBringing, isChoosing } from "./opened.ts";
import { begin, dataNow, fetchShelf, isOwnImages, mark, remove, shelf, totalOf, type Entry } from "./pictures.ts";
import type { Marks } from "../table/tables.ts";

await fetchStyle("table");

export function Mine() {
  const { problem, attempt } = useAttempt();
  useEffect(() => attempt(fetchShelf), []);
  const deleted = useSignal<Entry | null>(null);
  const leave = async (entry: Entry) => {
    await remove(entry.id);
    deleted.value = entry;
  };
  const close = () => (isChoosing.value = false);
  return (
    <Dialog title={t("My images")} class="mine-dialog" onClose={close}>
      <Problem text={problem.value} />
      <Deleted of={deleted.value} />
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
            isInUse={isInUse(images)}
            onUse={() => {
              begin(images);
              close();
            }}
            onMark={(marks) => attempt(() => change(images, marks))}
            runs={images.runs}
            onDelete={() => attempt(() => leave(images))}
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
      </div>
      {shelf.value && <Usage of={shelf.value} />}
    </Dialog>
  );
}

function isInUse({ id }: Entry): boolean {
  return isOwnImages() && dataNow().images === id;
}

/** The experiment that trains on it takes the new name, too. */
async function change(entry: Entry, marks: Marks): Promise<void> {
  const { name } = await mark(entry.id, marks);
  if (isInUse(entry) && !isReadOnly.value) set("data.called", name);
}
