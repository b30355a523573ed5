/** Share: this experiment as a link, a link by which others watch this run, or a room for a class. Or so the lab. */
import "./style.ts";
import { signal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { plural, t } from "../language.ts";
import { Dialog } from "../panels/dialog.tsx";
import { DataShare } from "../panels/table/sharing.tsx";
import { isReadOnly, isShareOpen, roomCode, runId } from "../store.ts";
import { ask, isPresenter, isWallOpen, room, you } from "./room.ts";

const COPIED_MS = 2000;
const copied = signal("");
/** The links to watch that were made here, by run. */
const watchLinks = signal<Readonly<Record<string, string>>>({});
/** Whether there is a link to watch the run, wherever that was made. */
const isShared = signal(false);
const problem = signal("");

interface ShareProps {
  /** What a room would show, on a page that is not about a run. */
  readonly shown?: (() => object) | undefined;
}

export function Share({ shown }: ShareProps) {
  return (
    <Dialog title={t("Share")} class="share-dialog" onClose={close}>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {shown ? (
        <section>
          <h3>{t("Link to this descent")}</h3>
          <p>{t("Opens the same surface with the same start, contestants and seed.")}</p>
          <Link name={t("Link to this descent")} link={linkTo("/descent")} />
        </section>
      ) : (
        <section>
          <h3>{t("Link to this experiment")}</h3>
          <p>{t("Opens the same data, network and seeds, so it trains to the same numbers.")}</p>
          <Link name={t("Link to this experiment")} link={linkTo("/")} />
          <DataShare />
        </section>
      )}
      {!isReadOnly.value && !roomCode.value && !shown && <LetWatch />}
      {roomCode.value ? <OpenRoom /> : !isReadOnly.value && <NewRoom shown={shown} />}
    </Dialog>
  );
}

function close(): void {
  isShareOpen.value = false;
  problem.value = copied.value = "";
}

/** Without the room that this page may be in. */
function linkTo(page: string): string {
  return `${location.origin}${page}${location.search}${location.hash}`;
}

/** A link, and a button that copies it; where the browser will not, it is there to be copied by hand. */
function Link({ name, link }: { name: string; link: string }) {
  const id = useId();
  return (
    <p class="link">
      <label class="unseen" for={id}>
        {name}
      </label>
      <input id={id} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" class="button primary" onClick={() => void copy(link, id)}>
        <span aria-live="polite">{copied.value === link ? t("Link copied") : t("Copy link")}</span>
      </button>
    </p>
  );
}

async function copy(link: string, id: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    copied.value = link;
    setTimeout(() => copied.value === link && (copied.value = ""), COPIED_MS);
  } catch {
    document.getElementById(id)?.focus();
  }
}

function LetWatch() {
  const link = watchLinks.value[runId.value];
  const makeButton = useRef<HTMLButtonElement>(null);
  useEffect(() => void lookWhetherShared(), [runId.value]);
  return (
    <section>
      <h3>{t("Let others watch")}</h3>
      <p>
        {t(
          "They see every step as you take it. They can change nothing, and can make a copy of their own, with its data.",
        )}
      </p>
      {link && <Link name={t("Link to watch")} link={link} />}
      <p class="room-ways">
        <button ref={makeButton} type="button" class="button outlined" onClick={() => void makeLink()}>
          {isShared.value ? t("Make a new link instead") : t("Make a link")}
        </button>
        {isShared.value && (
          <button type="button" class="button" onClick={() => void takeBack().then(() => makeButton.current?.focus())}>
            {t("Stop sharing")}
          </button>
        )}
      </p>
    </section>
  );
}

async function lookWhetherShared(): Promise<void> {
  const run = runId.value;
  isShared.value = false;
  const told = run ? await request<{ is_shared: boolean }>(`/api/runs/${run}/share`, "GET") : null;
  if (run === runId.value) isShared.value = told?.is_shared ?? false;
}

async function makeLink(): Promise<void> {
  const run = runId.value;
  const made = await request<{ secret: string }>(`/api/runs/${run}/share`, "POST");
  isShared.value ||= made !== null;
  if (made) watchLinks.value = { ...watchLinks.value, [run]: `${location.origin}/#watch=${made.secret}` };
}

async function takeBack(): Promise<void> {
  const run = runId.value;
  if ((await request(`/api/runs/${run}/share`, "DELETE")) === null) return;
  watchLinks.value = { ...watchLinks.value, [run]: "" };
  isShared.value = false;
}

/** For a class: they type the code, and see this run, or what else is shown. */
function NewRoom({ shown }: ShareProps) {
  const id = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const name = document.getElementById(id) as HTMLInputElement;
    void openRoom(shown?.() ?? { run: runId.value }, name.value);
  };
  return (
    <section>
      <h3>{t("Open a room")}</h3>
      <p>
        {shown
          ? t("A class types a code and sees what you do, in step.")
          : t("A class types a code and sees what you do, in step. Each can go on alone, and you see how they do.")}
      </p>
      <form class="link" onSubmit={submit}>
        <label for={id}>{t("Your name (if you like)")}</label>
        <input id={id} maxLength={40} autocomplete="nickname" />
        <button type="submit" class="button primary">
          {t("Open a room")}
        </button>
      </form>
    </section>
  );
}

async function openRoom(shown: object, name: string): Promise<void> {
  const opened = await request<{ code: string }>("/api/rooms", "POST", { ...shown, name });
  if (!opened) return;
  history.replaceState(null, "", `/w/${opened.code}${location.search}${location.hash}`);
  roomCode.value = opened.code;
}

function OpenRoom() {
  const now = room.value;
  if (!now) return null;
  const link = `${location.origin}/join?code=${now.code}`;
  return (
    <section class="open-room">
      <h3>{t("This room")}</h3>
      <p class="code-large">{now.code}</p>
      <img src={`/api/rooms/${now.code}/qr.svg`} width="180" height="180" alt={t("QR code of the way into the room")} />
      <p>
        {t("Type the code at {address}, or scan it.", { address: `${location.host}/join` })}{" "}
        {plural(now.people, "One person is here.", "{count} people are here.")}
      </p>
      {isAlone && (
        <p>{t("This address is this machine's own: start the server with an address that others can reach.")}</p>
      )}
      <Link name={t("Link into the room")} link={link} />
      {isPresenter.value && (
        <p class="room-ways">
          <button
            type="button"
            class="button outlined"
            onClick={() => void ask("freeze", { is_frozen: !now.is_frozen })}
          >
            {now.is_frozen ? t("Let all go on") : t("Freeze all")}
          </button>
          {now.run && (
            <button type="button" class="button outlined" onClick={() => void ask("push")}>
              {t("Push my experiment")}
            </button>
          )}
          <button type="button" class="button outlined" onClick={openWall}>
            {t("Wall")}
          </button>
        </p>
      )}
      {(isPresenter.value || you.value?.is_host) && (
        <p class="room-ways">
          <button type="button" class="button" onClick={() => void ask("end")}>
            {t("End the room for all")}
          </button>
        </p>
      )}
    </section>
  );
}

const isAlone = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

function openWall(): void {
  close();
  isWallOpen.value = true;
}

/** Ask the server; why it will not is said in the dialog. */
async function request<Answer>(address: string, method: string, body?: object): Promise<Answer | null> {
  problem.value = "";
  const json = body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(address, { method, ...json });
    const text = await answer.text();
    const said = (text ? JSON.parse(text) : {}) as Answer & { error?: { message: string } };
    if (answer.ok) return said;
    problem.value = t(said.error?.message ?? "");
  } catch {
    problem.value = t("The server cannot be reached.");
  }
  return null;
}
