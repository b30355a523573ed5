/** A link to an experiment on data of one's own leads nowhere for others until the data are shared too. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../language.ts";
import { Refused } from "../../server.ts";
import * as pictures from "../pictures/pictures.ts";
import { dataNow, isTable } from "./learning.ts";
import { mark, tableOf } from "./tables.ts";

const problem = signal("");

export function DataShare() {
  if (isTable()) return <TableShare />;
  return pictures.isOwnImages() ? <ImagesShare /> : null;
}

function TableShare() {
  const table = tableOf(dataNow().table);
  if (!table?.is_mine || table.is_shared) return null;
  return (
    <Unshared
      says={t("The table “{name}” is yours alone: others cannot open the link until you share it.", {
        name: table.name,
      })}
      words={t("Share the table")}
      share={() => mark(table.id, { is_shared: true })}
    />
  );
}

function ImagesShare() {
  useEffect(() => void attempt(pictures.fetchShelf), []);
  const images = pictures.shelf.value?.images.find(({ id }) => id === pictures.dataNow().images);
  if (!images || images.is_shared) return null;
  return (
    <Unshared
      says={t("The images “{name}” are yours alone: others cannot open the link until you share them.", {
        name: images.name,
      })}
      words={t("Share the images")}
      share={() => pictures.mark(images.id, { is_shared: true })}
    />
  );
}

interface UnsharedProps {
  readonly says: string;
  readonly words: string;
  readonly share: () => Promise<unknown>;
}

function Unshared({ says, words, share }: UnsharedProps) {
  return (
    <p class="notice warning">
      <span>
        {says} {t("Whoever watches this run, or joins its room, sees it all the same, and can go on with a copy.")}
      </span>{" "}
      <button type="button" class="button outlined small" onClick={() => void attempt(share)}>
        {words}
      </button>
      {problem.value && (
        <span class="problem" role="alert">
          {problem.value}
        </span>
      )}
    </p>
  );
}

async function attempt(what: () => Promise<unknown>): Promise<void> {
  problem.value = "";
  try {
    await what();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problem.value = error.message;
  }
}
