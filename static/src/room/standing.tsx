/** How this page stands to its run, above the columns: whose it is, whether it is saved, and in a room what is going on. */
import "./style.ts";
import { Icon } from "../icons.tsx";
import { plural, t } from "../language.ts";
import { later } from "../panels/later.tsx";
import { give, isReadOnly, isSaving, isShareOpen, roomCode, watchers } from "../store.ts";
import {
  ask,
  explore,
  follow,
  isExploring,
  isPresenter,
  isWallOpen,
  nameOf,
  presenterName,
  room,
  you,
} from "./room.ts";

const Wall = later(async () => (await import("./wall.tsx")).Wall);

export function Standing() {
  return (
    <>
      {!isSaving.value && (
        <div class="notice warning" role="alert">
          <b>{t("The server cannot save now.")}</b>{" "}
          <span>{t("Training goes on, but what happens now may be lost when the server ends.")}</span>
        </div>
      )}
      {roomCode.value ? <RoomBar /> : isReadOnly.value && <WatchBar />}
      {isWallOpen.value && isPresenter.value && <Wall />}
    </>
  );
}

/** For one who came by a link. */
function WatchBar() {
  const others = watchers.value - 1;
  return (
    <div class="notice live">
      <span>
        {others > 0
          ? plural(
              others,
              "You are watching this run live with one other.",
              "You are watching this run live with {count} others.",
            )
          : t("You are watching this run live.")}{" "}
        {t("Only its owner can change it.")}
      </span>
      <button type="button" class="button primary" onClick={() => give({ op: "fork" })}>
        {t("Make my own copy")}
      </button>
    </div>
  );
}

function RoomBar() {
  if (!room.value || !you.value) return null;
  return (
    <div class="notice live room-bar" role="group" aria-label={t("Room {code}", { code: room.value.code })}>
      {isPresenter.value ? <Presenting /> : <Following />}
    </div>
  );
}

function Presenting() {
  const now = room.value;
  if (!now) return null;
  return (
    <>
      <button type="button" class="button code" title={t("Show the code and the QR code")} onClick={showCode}>
        {now.code}
      </button>
      <span>
        {now.people < 2
          ? t("Nobody else is here yet.")
          : plural(now.people - 1, "One person is here besides you.", "{count} people are here besides you.")}{" "}
        {now.spotlight && t("All see what {name} does.", { name: nameOf(now.spotlight) })}
      </span>
      <span class="ways-out">
        <button
          type="button"
          class="button outlined"
          aria-pressed={now.is_frozen}
          onClick={() => void ask("freeze", { is_frozen: !now.is_frozen })}
        >
          {now.is_frozen ? t("Let all go on") : t("Freeze all")}
        </button>
        {now.run && (
          <button
            type="button"
            class="button outlined"
            title={t("Everybody who explores goes on with the experiment that is set here")}
            onClick={() => void ask("push")}
          >
            {t("Push my experiment")}
          </button>
        )}
        {now.spotlight && (
          <button type="button" class="button outlined" onClick={() => void ask("spotlight", { number: null })}>
            {t("Show mine again")}
          </button>
        )}
        <button type="button" class="button outlined" onClick={() => (isWallOpen.value = true)}>
          <Icon name="gallery" /> {t("Wall")}
        </button>
      </span>
    </>
  );
}

function showCode(): void {
  isShareOpen.value = true;
}

function Following() {
  const now = room.value;
  if (!now) return null;
  return (
    <>
      <span>
        {now.is_frozen && (
          <>
            <b>{t("Stopped for a moment.")}</b> {t("Look at what {name} shows.", { name: presenterName() })}{" "}
          </>
        )}
        {sentence()}
      </span>
      <span class="ways-out">
        {isExploring.value ? (
          <button type="button" class="button primary" onClick={follow}>
            {t("Back to the class")}
          </button>
        ) : (
          <button type="button" class="button primary" disabled={now.is_frozen} onClick={explore}>
            {t("Explore on my own")}
          </button>
        )}
        {you.value?.is_host && (
          <button type="button" class="button outlined" onClick={() => void ask("reclaim")}>
            {t("Take control back")}
          </button>
        )}
      </span>
    </>
  );
}

/** What is seen here. */
function sentence(): string {
  const light = room.value?.spotlight;
  if (light && light.number === you.value?.number) return t("All see what you do.");
  if (isExploring.value) return t("You are on your own: what you do, you do for yourself.");
  if (light) return t("All see what {name} does.", { name: nameOf(light) });
  return t("You are following {name}.", { name: presenterName() });
}
