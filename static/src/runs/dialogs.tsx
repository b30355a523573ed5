/** What is asked before a run gets another name, or goes for good. */
import { signal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { t } from "../language.ts";
import { Confirm } from "../panels/confirm.tsx";
import { Dialog } from "../panels/dialog.tsx";
import { deleted, renamed } from "./card.tsx";
import { DeleteEverything } from "./deleting.tsx";
import type { KeptRun } from "./server.ts";
import { remove, rename, runOf } from "./shelf.ts";
import { nameOfRun } from "./words.ts";

const LONGEST_NAME = 80;
export const isDeletingAll = signal(false);
/** Why the name cannot be; "" is nothing. */
const nameProblem = signal("");

export function Dialogs() {
  const [toRename, toDelete] = [runOf(renamed.value), runOf(deleted.value)];
  return (
    <>
      {toRename && <Rename key={toRename.id} id={toRename.id} />}
      {toDelete && (
        <Confirm
          title={t("Delete {name}?", { name: nameOfRun(toDelete) })}
          act={t("Delete")}
          onYes={() => void removeAndGoOn(toDelete)}
          onClose={() => (deleted.value = "")}
        >
          <p>{t("Its weights, its curve and its past are gone for good, and a link to it leads nowhere.")}</p>
        </Confirm>
      )}
      {isDeletingAll.value && <DeleteEverything onClose={() => (isDeletingAll.value = false)} />}
    </>
  );
}

/** Delete it; whoever uses the keyboard goes on with the run beside it. */
async function removeAndGoOn(run: KeptRun): Promise<void> {
  const card = document.getElementById(`run-${run.id}`)?.closest("li");
  const beside = card?.nextElementSibling ?? card?.previousElementSibling;
  await remove(run);
  if (!runOf(run.id)) beside?.querySelector<HTMLElement>("a, button")?.focus();
}

function Rename({ id }: { id: string }) {
  const run = runOf(id);
  const close = () => {
    nameProblem.value = "";
    renamed.value = "";
  };
  async function submit(event: TargetedEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get("name");
    if (run) nameProblem.value = await rename(run, String(name ?? ""));
    if (!nameProblem.value) close();
  }
  return (
    <Dialog title={t("Rename")} onClose={close}>
      <form class="asked" onSubmit={(event) => void submit(event)}>
        <label for="name">{t("Name")}</label>
        <input
          id="name"
          name="name"
          class="typed"
          autocomplete="off"
          autofocus
          maxLength={LONGEST_NAME}
          defaultValue={run?.name}
          placeholder={run && t(run.title)}
          aria-invalid={nameProblem.value !== ""}
          aria-describedby="name-problem"
        />
        <p id="name-problem" class="problem" role="alert">
          {nameProblem.value}
        </p>
        <div class="ways-out">
          <button type="submit" class="button primary">
            {t("Rename")}
          </button>
          <button type="button" class="button outlined" onClick={close}>
            {t("Cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
