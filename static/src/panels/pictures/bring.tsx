/** Bring images: choose a folder or a ZIP, or drop it; see them as the network will; give them a name. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawHeat } from "../../draw/heat.ts";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { Refused } from "../../server.ts";
import { catalogue } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import { Dialog } from "../dialog.tsx";
import { inks } from "../picture.tsx";
import { droppedIn } from "../table/arriving.ts";
import { Progress } from "../table/bring.tsx";
import { dropped, isBringing, type Brought } from "./opened.ts";
import { asArchive, broughtBy, broughtFrom } from "./packing.ts";
import { begin, fetchShelf, keep, preview, shelf, totalOf, type How, type Invert, type Preview } from "./pictures.ts";

await fetchStyle("table");

const MB = 2 ** 20;
const SIDES = [8, 12, 16, 20, 24, 28, 32];
const USUAL: How = { side: 16, invert: "auto" };

export function Bring() {
  const brought = useSignal<Brought | null>(null);
  const how = useSignal<How>(USUAL);
  const found = useSignal<Preview | null>(null);
  const name = useSignal("");
  const problem = useSignal("");
  const sent = useSignal<number | null>(null);
  const stop = useRef(new AbortController());

  /** Whatever was under way before ends. */
  const attempt = async (act: (stopped: AbortSignal) => Promise<void>) => {
    stop.current.abort();
    const own = (stop.current = new AbortController());
    [sent.value, problem.value] = [0, ""];
    try {
      await act(own.signal);
    } catch (error) {
      if (own.signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      problem.value = error.message;
    } finally {
      if (stop.current === own) sent.value = null;
    }
  };
  const wayTo = (stopped: AbortSignal) => ({ onSent: (share: number) => (sent.value = share), stop: stopped });
  const read = (next: How) =>
    attempt(async (stopped) => {
      how.value = next;
      if (brought.value) found.value = await preview(brought.value.archive, next, wayTo(stopped));
    });
  const open = (bringing: () => Promise<Brought> | Brought) =>
    attempt(async (stopped) => {
      found.value = null;
      const next = await bringing();
      stopped.throwIfAborted();
      [brought.value, name.value] = [next, next.name];
      found.value = await preview(next.archive, how.value, wayTo(stopped));
    });
  const use = () =>
    attempt(async (stopped) => {
      if (!brought.value) return;
      begin(await keep(brought.value.archive, how.value, name.value, wayTo(stopped)));
      isBringing.value = false;
    });
  useEffect(() => {
    const entries = dropped.value;
    dropped.value = [];
    if (entries.length) void open(() => broughtBy(entries));
  }, [dropped.value]);
  useEffect(() => () => stop.current.abort(), []);

  return (
    <Dialog title={t("Bring images")} class="bring-dialog" onClose={() => (isBringing.value = false)}>
      <div
        class="bring"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          const entries = droppedIn(event.dataTransfer);
          if (entries.length) void open(() => broughtBy(entries));
        }}
      >
        <Source onBring={(bringing) => void open(bringing)} />
        {sent.value !== null && <Progress share={sent.value} onStop={() => stop.current.abort()} />}
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        {found.value && brought.value && (
          <>
            <Reading how={how.value} found={found.value} onRead={(next) => void read(next)} />
            <Classes found={found.value} />
            <LeftOut found={found.value} others={brought.value.others} />
            <Use name={name} isBusy={sent.value !== null} onUse={() => void use()} />
          </>
        )}
      </div>
    </Dialog>
  );
}

/** Where images can come from. */
function Source({ onBring }: { onBring: (bringing: () => Promise<Brought> | Brought) => void }) {
  const folder = useRef<HTMLInputElement>(null);
  const archive = useRef<HTMLInputElement>(null);
  const { limits } = catalogue;
  useEffect(() => void fetchShelf().catch(() => undefined), []); // what it does not say, the refusal does
  return (
    <div class="bring-source">
      <p>
        {t(
          "Put the images of each class into a folder of its own: the folder's name is the class. Choose the folder around them, or a ZIP of it, or drop either anywhere on the page.",
        )}
      </p>
      <p class="bring-ways">
        <button type="button" class="button outlined" autofocus onClick={() => folder.current?.click()}>
          {t("Choose a folder…")}
        </button>
        <input
          ref={(input) => {
            folder.current = input;
            input?.setAttribute("webkitdirectory", "");
          }}
          class="unseen"
          type="file"
          tabIndex={-1}
          aria-label={t("Folder of images")}
          onChange={(event) => {
            const { files } = event.currentTarget;
            if (files?.length) onBring(() => broughtFrom(files));
          }}
        />
        <button type="button" class="button outlined" onClick={() => archive.current?.click()}>
          {t("Choose a ZIP…")}
        </button>
        <input
          ref={archive}
          class="unseen"
          type="file"
          accept=".zip,application/zip"
          tabIndex={-1}
          aria-label={t("ZIP of images")}
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen) onBring(() => asArchive(chosen));
            event.currentTarget.value = "";
          }}
        />
      </p>
      <p class="quiet">
        {t(
          "PNG, JPEG, GIF, WebP or BMP, 2 to {classes} classes, at most {images} images. They become grey and small. Only you can use them, until you share them.",
          { classes: limits.classes, images: format.count(limits.images) },
        )}{" "}
        {shelf.value &&
          t("A ZIP, or what a folder is packed into, has at most {size} MB.", {
            size: format.number(shelf.value.most_sent_bytes / MB),
          })}
      </p>
    </div>
  );
}

interface ReadingProps {
  readonly how: How;
  readonly found: Preview;
  readonly onRead: (how: How) => void;
}

/** How the images become what the network sees. */
function Reading({ how, found, onRead }: ReadingProps) {
  const words = {
    auto: found.is_inverted ? t("By itself: bright becomes dark") : t("By itself: as they are"),
    yes: t("Bright becomes dark"),
    no: t("As they are"),
  };
  return (
    <div class="bring-how">
      <label>
        {t("Pixels along each side")}
        <select value={how.side} onChange={(event) => onRead({ ...how, side: Number(event.currentTarget.value) })}>
          {SIDES.map((side) => (
            <option key={side} value={side}>
              {side} × {side}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("Brightness")}
        <select
          value={how.invert}
          onChange={(event) => onRead({ ...how, invert: event.currentTarget.value as Invert })}
        >
          {(["auto", "yes", "no"] as const).map((kind) => (
            <option key={kind} value={kind}>
              {words[kind]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** Each class with some of its images as the network is given them. */
function Classes({ found }: { found: Preview }) {
  const total = totalOf(found.classes.map(({ count }) => count));
  return (
    <section aria-labelledby="classes-title">
      <h3 id="classes-title">
        {t("{images} images of {classes} classes", { images: format.count(total), classes: found.classes.length })}
      </h3>
      <ul class="picture-classes">
        {found.classes.map(({ name, count, samples }) => (
          <li key={name}>
            <p>
              <b>{name}</b> <span class="quiet">{format.count(count)}</span>
            </p>
            <p class="picture-samples">
              {samples.map((pixels, i) => (
                <Small key={i} pixels={pixels} />
              ))}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Small({ pixels }: { pixels: readonly (readonly number[])[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const gray = inks.value.gray;
  useEffect(() => {
    if (canvas.current) drawHeat(canvas.current, pixels.flat(), pixels.length, pixels.length, gray);
  }, [pixels, gray]);
  return <canvas ref={canvas} aria-hidden="true" />;
}

function LeftOut({ found, others }: { found: Preview; others: number }) {
  const { left_out: first, left_out_count: count } = found;
  return (
    <>
      {others > 0 && (
        <p class="quiet">
          {plural(others, "1 file that is no image stays here.", "{count} files that are no images stay here.")}
        </p>
      )}
      {count > 0 && (
        <details class="bring-warning">
          <summary>{plural(count, "1 file is left out", "{count} files are left out")}</summary>
          <ul class="picture-left-out">
            {first.map(({ name, message }) => (
              <li key={name}>
                <b>{name}</b> {t(message)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Use({ name, isBusy, onUse }: { name: Signal<string>; isBusy: boolean; onUse: () => void }) {
  return (
    <form
      class="bring-use"
      onSubmit={(event) => {
        event.preventDefault();
        onUse();
      }}
    >
      <label for="images-name">{t("Name")}</label>
      <input
        id="images-name"
        class="typed"
        autocomplete="off"
        maxLength={catalogue.limits.name}
        placeholder={t("Images")}
        value={name.value}
        onInput={(event) => (name.value = event.currentTarget.value)}
      />
      <button type="submit" class="button primary" disabled={isBusy}>
        {t("Use these images")}
      </button>
    </form>
  );
}
