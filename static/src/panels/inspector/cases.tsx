/** Cases: the test samples of one cell of the confusion matrix, or else the worst mistakes; each can be picked. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import * as format from "../../format.ts";
import { plural, t } from "../../language.ts";
import { hasSample, sample, scene, type Frame } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import { isTest, ringed, targetOf } from "../answers.ts";
import { Segments } from "../../form/controls.tsx";
import { TableButton, type DataTable } from "../datatable.tsx";
import { pickImage, SampleImage } from "../pickedimage.tsx";
import { placeTexts } from "../units.ts";
import type { Cell } from "./confusion.tsx";
import { useGlance, type Rhythm } from "./glance.ts";

await fetchStyle("images");

const RHYTHM: Rhythm = { playing: 500, resting: 0 };
const MOST_OF_A_CELL = 100;
const WORST = 24;

const FROM = { test: t("Test samples"), all: t("All samples") };
const isFromAll = signal(false);

interface CasesProps {
  readonly cell: Cell | null;
  readonly names: readonly string[];
  readonly close: () => void;
}

export function Cases({ cell, names, close }: CasesProps) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (cell) section.current?.scrollIntoView({ block: "nearest" });
  }, [cell]);
  return (
    <section ref={section} class="cases" aria-labelledby="cases-title">
      {cell ? <OfCell cell={cell} names={names} close={close} /> : <Worst names={names} />}
    </section>
  );
}

function OfCell({ cell, names, close }: CasesProps & { readonly cell: Cell }) {
  const seen = useGlance("answers", RHYTHM).value;
  const members = seen ? membersOf(cell, seen) : [];
  useEffect(() => {
    ringed.value = scene.value?.dimensions ? members : null;
  }, [members.join()]);
  useEffect(() => () => void (ringed.value = null), []);
  const title =
    cell.row === cell.column
      ? t("{is}, and taken for that", { is: names[cell.row] ?? "" })
      : t("{is}, but taken for {other}", { is: names[cell.row] ?? "", other: names[cell.column] ?? "" });
  return (
    <>
      <div class="heading">
        <h2 id="cases-title">{title}</h2>
        <button type="button" class="button small" onClick={close}>
          {t("Worst mistakes")}
        </button>
      </div>
      <p class="quiet" role="status">
        {seen ? countText(members.length) : t("They are looked for.")}
      </p>
      <ul class={scene.value?.dimensions ? "case-places" : "samples-list"} aria-label={title}>
        {members.slice(0, MOST_OF_A_CELL).map((index) => (
          <li key={index}>
            <Case index={index} words={caseName(index, names)} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Which test samples are in a cell. Of two classes only is told whether the answer is wrong: it is the other then. */
function membersOf({ row, column }: Cell, { arrays }: Frame): number[] {
  const { answers, is_wrong: wrong } = arrays;
  const count = wrong?.data.length ?? 0;
  const isOneOfMany = answers?.shape[0] === 2;
  const takenFor = (index: number) =>
    isOneOfMany ? answers?.data[index] : wrong?.data[index] ? 1 - targetOf(index) : targetOf(index);
  return Array.from({ length: count }, (_, i) => i).filter(
    (i) => isTest(i) && targetOf(i) === row && takenFor(i) === column,
  );
}

function countText(count: number): string {
  if (count > MOST_OF_A_CELL)
    return t("{count} test samples, of which {most} are shown.", { count, most: MOST_OF_A_CELL });
  return count ? plural(count, "{count} test sample.", "{count} test samples.") : t("No test sample.");
}

/** One of the samples that cost most. */
interface Costly {
  readonly index: number;
  readonly loss: number;
  readonly takenFor: number;
  readonly sureness: number;
}

function Worst({ names }: { readonly names: readonly string[] }) {
  const view = `${isFromAll.value ? "worst" : "worst_test"}:${WORST}`;
  const seen = useGlance(view, RHYTHM).value;
  const worst = seen ? worstIn(seen, view) : [];
  return (
    <>
      <div class="heading">
        <h2 id="cases-title">{t("Worst mistakes")}</h2>
        <TableButton title={t("Worst mistakes")} table={() => tableOf(worst, names)} />
      </div>
      <Segments
        label={t("Worst mistakes among")}
        choices={[FROM.test, FROM.all]}
        chosen={isFromAll.value ? FROM.all : FROM.test}
        onChoose={(choice) => (isFromAll.value = choice === FROM.all)}
      />
      <p class="quiet">
        {seen && !worst.length
          ? t("None is mistaken.")
          : t("Of those that it gets wrong the ones with the largest loss, the largest first.")}
      </p>
      <ol class="worst" aria-labelledby="cases-title">
        {worst.map((costly) => (
          <li key={costly.index}>
            <WorstCase costly={costly} names={names} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** Of the samples that cost most those that it gets wrong. */
function worstIn({ arrays }: Frame, view: string): Costly[] {
  const of = (name: string, place: number) => arrays[`${view}/${name}`]?.data[place] ?? NaN;
  const costly = Array.from(arrays[`${view}/samples`]?.data ?? [], (index, place) => ({
    index,
    loss: of("losses", place),
    takenFor: of("taken_for", place),
    sureness: of("sureness", place),
  }));
  return costly.filter(({ index, takenFor }) => takenFor !== targetOf(index));
}

function WorstCase({ costly, names }: { readonly costly: Costly; readonly names: readonly string[] }) {
  const { index, takenFor, loss } = costly;
  const values = {
    is: names[targetOf(index)] ?? "",
    other: names[takenFor] ?? "",
    share: format.percent(costly.sureness, 0),
    loss: format.loss(loss),
  };
  return (
    <Case index={index}>
      <span>
        <b>{t("{is}, taken for {other}", values)}</b>
        <span class="quiet">{t("{share} sure, loss {loss}", values)}</span>
      </span>
    </Case>
  );
}

function tableOf(worst: readonly Costly[], names: readonly string[]): DataTable {
  return {
    columns: [
      t("Sample"),
      t("Class"),
      t("taken for"),
      { name: t("sure"), text: (value) => format.percent(value) },
      { name: t("Loss"), text: format.loss },
    ],
    rows: worst.map(({ index, takenFor, sureness, loss }) => [
      String(index),
      names[targetOf(index)] ?? "",
      names[takenFor] ?? "",
      sureness,
      loss,
    ]),
  };
}

/** "Image 12, labelled 9", or of a point where it lies. */
function caseName(index: number, names: readonly string[]): string {
  const name = names[targetOf(index)] ?? "";
  return scene.value?.dimensions ? placeText(index) : t("Image {index}, labelled {name}", { index, name });
}

function placeText(index: number): string {
  const [x1 = "", x2 = ""] = placeTexts(index);
  return t("({x1}, {x2})", { x1, x2 });
}

interface CaseProps {
  readonly index: number;
  /** What it is called, where nothing else says it. */
  readonly words?: string;
  readonly children?: ComponentChildren;
}

/** One sample, as an image or as the place of a point; a press picks it. */
function Case({ index, words, children }: CaseProps) {
  const isImage = scene.value?.dimensions === 0;
  return (
    <button
      type="button"
      aria-pressed={hasSample.value && sample.value === index}
      {...(isImage && words ? { "aria-label": words } : {})}
      onClick={() => (isImage ? pickImage(index) : void pickPoint(index))}
    >
      {isImage ? <SampleImage index={index} /> : <span>{placeText(index)}</span>}
      {children}
    </button>
  );
}

async function pickPoint(index: number): Promise<void> {
  const { pick } = await import("../picking.ts");
  pick(index);
}
