/** Bring a table: paste it, drop it or choose its file; see how it is read; say what is to be learned of it. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { isSame } from "../../path.ts";
import { Refused } from "../../server.ts";
import { catalogue } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import { Dialog } from "../dialog.tsx";
import { tableIn } from "./arriving.ts";
import { Detected } from "./detected.tsx";
import { Choosing } from "./choosing.tsx";
import { brought, isBringing, type Brought } from "./opened.ts";
import { preview, type How, type Preview } from "./sending.ts";

await fetchStyle("table");

const MB = 2 ** 20;
const AS_FOUND: How = { categorical: [] };
const TYPES = ".csv,.tsv,.tab,.txt,text/csv,text/tab-separated-values,text/plain";

/** How far the reading of a text is. */
export interface Reading {
  readonly text: Blob;
  readonly how: How;
  /** null before it is read. */
  readonly found: Preview | null;
  /** How that was read. */
  readonly foundAs: How;
  readonly problem: Refused | null;
}

interface Open {
  readonly reading: Signal<Reading | null>;
  /** How much of it has been sent, from 0 to 1; null while nothing is under way. */
  readonly sent: Signal<number | null>;
}

export function Bring() {
  const reading = useSignal<Reading | null>(null);
  const name = useSignal("");
  const others = useSignal(0);
  const sent = useSignal<number | null>(null);
  const stop = useRef(new AbortController());

  const read = (text: Blob, how: How) => {
    stop.current.abort();
    stop.current = new AbortController();
    const { found = null, foundAs = how } = reading.value ?? {};
    reading.value = { text, how, found, foundAs, problem: null };
    void follow({ reading, sent }, stop.current.signal);
  };
  const open = ({ text, name: called, others: left }: Brought) => {
    others.value = left;
    name.value = called.replace(/[.]\w{1,4}$/, "");
    reading.value = null;
    read(text, AS_FOUND);
  };
  useEffect(() => {
    if (brought.value) open(brought.value);
    brought.value = null;
  }, [brought.value]);
  useEffect(() => () => stop.current.abort(), []);

  const now = reading.value;
  return (
    <Dialog title={t("Bring a table")} class="bring-dialog" onClose={() => (isBringing.value = false)}>
      <div
        class="bring"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          const table = tableIn(event.dataTransfer);
          if (table) open(table);
        }}
      >
        {now?.found ? (
          <p class="quiet">
            <button type="button" class="button outlined small" onClick={() => (reading.value = null)}>
              {t("Another table")}
            </button>
          </p>
        ) : (
          <Source onBring={open} />
        )}
        {others.value > 0 && (
          <p class="bring-warning" role="status">
            {plural(
              others.value,
              "One table at a time: the first file is read, the other is left.",
              "One table at a time: the first file is read, the other {count} are left.",
            )}
          </p>
        )}
        {sent.value !== null && <Progress share={sent.value} onStop={() => stop.current.abort()} />}
        {now?.problem && <Refusal text={now.text} problem={now.problem} />}
        {now?.found && <Detected found={now.found} how={now.how} onChange={(how) => read(now.text, how)} />}
        {now?.found && (!now.problem || now.how === now.foundAs) && (
          <Choosing
            key={now.found.columns.map((column) => column.name).join("\n")}
            reading={now}
            found={now.found}
            name={name}
            sent={sent}
            onRead={(how) => read(now.text, how)}
          />
        )}
      </div>
    </Dialog>
  );
}

/** Have the server read it. Where it finds classes in numbers, it is read again with them as categories. */
async function follow({ reading, sent }: Open, stop: AbortSignal): Promise<void> {
  const asked = reading.value;
  if (!asked) return;
  sent.value = 0;
  try {
    if (asked.text.size > catalogue.limits.bytes)
      throw new Refused(
        t("This has {size} MB, and a table has at most {most} MB: leave rows or columns out.", {
          size: format.number(asked.text.size / MB),
          most: catalogue.limits.bytes / MB,
        }),
      );
    const way = { onSent: (share: number) => (sent.value = share), stop };
    let { how } = asked;
    let found = await preview(asked.text, how, way);
    const target = found.columns.find((column) => column.name === found.suggested?.target);
    if (found.suggested?.kind === "table_classes" && target?.is_numeric && !asked.found) {
      how = { ...how, categorical: [target.name] };
      found = await preview(asked.text, how, way);
    }
    reading.value = { text: asked.text, how, found, foundAs: how, problem: null };
  } catch (error) {
    if (error instanceof Refused) reading.value = { ...asked, how: wayBack(asked), problem: error };
    else if (!stop.aborted) throw error;
    else if (reading.value === asked) reading.value = null;
  }
  if (!stop.aborted || reading.value === null) sent.value = null;
}

/** What cannot be read with other categories stays as it was read before. */
function wayBack({ how, found, foundAs }: Reading): How {
  const { categorical } = foundAs;
  return found && isSame({ ...how, categorical }, foundAs) ? foundAs : how;
}

/** Where a table can come from. */
function Source({ onBring }: { onBring: (table: Brought) => void }) {
  const { limits } = catalogue;
  const file = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => text.current?.focus(), []);
  const readText = () => {
    const typed = text.current?.value ?? "";
    if (typed.trim()) onBring({ text: new Blob([typed]), name: "", others: 0 });
  };
  return (
    <div class="bring-source">
      <label for="table-text">{t("Paste its rows here, or drop its file anywhere on the page")}</label>
      <textarea
        ref={text}
        id="table-text"
        rows={6}
        autofocus
        spellcheck={false}
        placeholder={t("height;weight;class\n1,72;64,5;a")}
        onPaste={() => setTimeout(readText)}
      />
      <p class="bring-ways">
        <button type="button" class="button outlined" onClick={readText}>
          {t("Read this")}
        </button>
        <button type="button" class="button outlined" onClick={() => file.current?.click()}>
          {t("Choose a file…")}
        </button>
        <input
          ref={file}
          class="unseen"
          type="file"
          accept={TYPES}
          tabIndex={-1}
          aria-label={t("File of a table")}
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen) onBring({ text: chosen, name: chosen.name, others: 0 });
            event.currentTarget.value = "";
          }}
        />
      </p>
      <p class="quiet">
        {t(
          "CSV or TSV in UTF-8 or UTF-16: at most {size} MB, {rows} rows and {columns} columns. Only you can use it, until you share it, or a run that trains on it.",
          { size: limits.bytes / MB, rows: format.count(limits.rows), columns: limits.columns },
        )}
      </p>
    </div>
  );
}

export function Progress({ share, onStop }: { share: number; onStop: () => void }) {
  return (
    <p class="bring-progress" role="status">
      <progress value={share} aria-label={t("Sent")} />
      <span>{share < 1 ? t("Sending: {share}", { share: format.percent(share, 0) }) : t("Reading …")}</span>
      <button type="button" class="button outlined small" onClick={onStop}>
        {t("Stop")}
      </button>
    </p>
  );
}

/** Why it cannot be read, and the line where that is. */
function Refusal({ text, problem }: { text: Blob; problem: Refused }) {
  const lines = useSignal<readonly string[]>([]);
  const [field = ""] = Object.keys(problem.problems);
  const row = Number(/rows\.(\d+)/.exec(field)?.[1] ?? NaN);
  useEffect(() => {
    void text.text().then((all) => (lines.value = all.split(/\r\n|\n|\r/)));
  }, [text]);
  const first = Math.max(1, row - 1);
  const shown = Number.isNaN(row) ? [] : lines.value.slice(first - 1, row + 1);
  return (
    <div class="bring-refusal">
      <p class="problem" role="alert">
        {problem.message}
      </p>
      {shown.length > 0 && (
        <pre aria-label={t("The line in question")} tabIndex={0}>
          {shown.map((line, i) => (
            <span key={i} class={first + i === row ? "refused" : undefined}>
              <i>{first + i}</i> {line.slice(0, 200)}
              {"\n"}
            </span>
          ))}
        </pre>
      )}
    </div>
  );
}
