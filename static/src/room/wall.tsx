/** The wall: everybody in the room at a glance, for the presenter; one of them can be shown to all, or be given control. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { count, loss, percent } from "../format.ts";
import { plural, t } from "../language.ts";
import { Dialog } from "../panels/dialog.tsx";
import { ask, isWallOpen, nameOf, people, room, type Person } from "./room.ts";

const PICTURE_MS = 3000;
/** Counts the looks at the pictures. */
const glance = signal(0);

export function Wall() {
  useEffect(() => {
    const again = setInterval(() => (glance.value += 1), PICTURE_MS);
    return () => clearInterval(again);
  }, []);
  const here = people.value.filter(({ is_here, run }) => is_here || run);
  const sorted = here.toSorted((a, b) => Number(Boolean(b.run)) - Number(Boolean(a.run)) || a.number - b.number);
  const exploring = here.filter(({ run }) => run).length;
  return (
    <Dialog title={t("Wall")} class="wall-dialog" onClose={() => (isWallOpen.value = false)}>
      <p>
        {plural(here.length, "One person is here besides you.", "{count} people are here besides you.")}{" "}
        {plural(exploring, "One explores.", "{count} explore.")}
      </p>
      <ul class="wall">
        {sorted.map((person) => (
          <Card key={person.number} person={person} />
        ))}
      </ul>
    </Dialog>
  );
}

function Card({ person }: { person: Person }) {
  const name = nameOf(person);
  const isLit = room.value?.spotlight?.number === person.number;
  return (
    <li class={isLit ? "pupil lit" : "pupil"}>
      {person.run ? <Thumbnail run={person.run} name={name} /> : <span class="no-picture">{t("follows")}</span>}
      <b>{name}</b>
      <span>{howFar(person)}</span>
      <span class="room-ways">
        {person.run && (
          <button
            type="button"
            class="button outlined small"
            aria-pressed={isLit}
            onClick={() => void ask("spotlight", { number: isLit ? null : person.number })}
          >
            {isLit ? t("Show mine again") : t("Show {name} to all", { name })}
          </button>
        )}
        {person.is_here && (
          <button type="button" class="button small" onClick={() => void ask("hand_over", { number: person.number })}>
            {t("Let {name} present", { name })}
          </button>
        )}
      </span>
    </li>
  );
}

/** Accuracy where there is one, else the loss. */
function howFar({ is_here, run, epoch, accuracy, loss: error }: Person): string {
  if (!is_here) return t("away");
  if (!run || epoch === null) return "";
  const place = t("epoch {epoch}", { epoch: count(epoch) });
  if (accuracy !== null) return `${place}, ${percent(accuracy)}`;
  return error === null ? place : `${place}, ${t("loss {loss}", { loss: loss(error) })}`;
}

/** The run's picture as the server keeps it. */
function Thumbnail({ run, name }: { run: string; name: string }) {
  const missingAt = useSignal(-1);
  if (missingAt.value === glance.value) return <span class="no-picture">{t("no picture yet")}</span>;
  return (
    <img
      src={`/api/runs/${run}/thumbnail.png?${glance.value}`}
      alt={t("The answer of {name}", { name })}
      width="120"
      height="120"
      loading="lazy"
      onError={() => (missingAt.value = glance.value)}
    />
  );
}
