/** What is asked before a run gets another name, or goes for good. */
import { signal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { plural, t } from "../language.ts";
import { Dialog } from "../panels/dialog.tsx";
import { deleted, renamed } from "./card.tsx";
import { remove, removeAll, rename, runOf, runs } from "./shelf.ts";
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
          text={t("Its weights, its curve and its past are gone for good, and a link to it leads nowhere.")}
          act={t("Delete")}
          onYes={() => void remove(toDelete)}
          onClose={() => (deleted.value = "")}
        />
      )}
      {isDeletingAll.value && (
        <Confirm
          title={t("Delete everything of yours?")}
          text={plural(
            runs.value.length,
            "Your run is gone for good, with its link, and with all that was shared with you.",
            "All {count} runs are gone for good, pinned ones too, with their links, and with all that was shared with you.",
          )}
          act={t("Delete everything")}
          onYes={() => void removeAll()}
          onClose={() => (isDeletingAll.value = false)}
        />
      )}
    </>
  );
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

interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly act: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

function Confirm({ title, text, act, onYes, onClose }: ConfirmProps) {
  const confirm = () => {
    onClose();
    onYes();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="asked">
        <p>{text}</p>
        <div class="ways-out">
          <button type="button" class="button dangerous" onClick={confirm}>
            {act}
          </button>
          <button type="button" class="button outlined" onClick={onClose}>
            {t("Keep")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
