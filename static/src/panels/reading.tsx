/** The picture of the answer in words: one point's numbers, how many points are wrong, and where most of them lie. */
import { computed } from "@preact/signals";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { scene } from "../store.ts";
import { answers, errorOf, isTest, looked, lossLooked, mistakesInto, targetOf, wrong } from "./answers.ts";
import { ClassMark } from "./legend.tsx";
import { answeredClass } from "./pointtable.ts";
import { answerText as answerInUnits, errorText, placeTexts, targetText as targetInUnits } from "./units.ts";
import { shot } from "./view.ts";

const names = computed(() => scene.value?.class_names.map((name) => t(name)) ?? []);

/** The numbers of the point that is looked at. */
export function Reading() {
  const index = looked.value;
  const classes = scene.value?.classes ?? null;
  return (
    <div class="reading-of-point">
      <p>
        {classes !== null && (
          <ClassMark key={`${index}`} index={targetOf(index)} classes={classes} isTest={isTest(index)} />
        )}
        {isTest(index)
          ? t("{target} at {place}, test", { target: targetText(index), place: placeText(index) })
          : t("{target} at {place}", { target: targetText(index), place: placeText(index) })}
      </p>
      <p>{answers.value ? verdict(index) : ""}</p>
    </div>
  );
}

function targetText(index: number): string {
  return names.value[targetOf(index)] ?? targetInUnits(targetOf(index));
}

function placeText(index: number): string {
  const [x1, x2] = placeTexts(index);
  return x2 === undefined ? (x1 ?? "") : t("({x1}, {x2})", { x1: x1 ?? "", x2 });
}

/** "right: −0.98, loss 0.021", "wrong: blue 0.66, loss 1.778"; of values "answer 0.43, off by 0.12, loss 0.014". */
function verdict(index: number): string {
  const values = {
    answer: answerText(index),
    name: names.value[answeredClass(index)] ?? "",
    error: errorText(errorOf(index)),
    loss: format.loss(lossLooked.value),
  };
  if (!wrong.value) return t("answer {answer}, off by {error}, loss {loss}", values);
  return wrong.value[index]
    ? t("wrong: {name} {answer}, loss {loss}", values)
    : t("right: {answer}, loss {loss}", values);
}

/** The network's value; of many classes how sure it is. */
function answerText(index: number): string {
  const { shape: [grids] = [], data } = answers.value ?? {};
  return grids === 2 ? format.percent(data?.[index + data.length / 2], 0) : answerInUnits(data?.[index]);
}

/** "3 of 90 test points wrong, 12 of 210 training points"; of values how far off the farthest are. */
export function Count() {
  return <p class="quiet count">{answers.value ? countText() : ""}</p>;
}

function countText(): string {
  const [test, train] = [mistakesOf(true), mistakesOf(false)];
  if (!test || !train) return farthestText();
  const values = {
    wrong: format.count(test.wrong),
    all: format.count(test.all),
    wrongly: format.count(train.wrong),
    trained: format.count(train.all),
  };
  return t("{wrong} of {all} test points wrong, {wrongly} of {trained} training points", values);
}

function farthestText(): string {
  const farthest: number[] = [];
  mistakesInto(farthest);
  const [first, last] = [farthest[0], farthest.at(-1)];
  if (first === undefined || last === undefined) return "";
  return t("The {count} farthest points are off by {least} to {most}", {
    count: farthest.length,
    least: errorText(errorOf(last)),
    most: errorText(errorOf(first)),
  });
}

/** What the picture shows while it stands still, for those who cannot see it. */
export function Description() {
  const texts = answers.value ? [countText(), whereText(), shareText()] : [];
  return (
    <p class="unseen" id="answer-description">
      {texts.filter(Boolean).map((text) => `${text}. `)}
    </p>
  );
}

/** Where most of the mistakes lie, if more than half lie in one ninth of the plane. */
function whereText(): string {
  const world = scene.value;
  if (!wrong.value || world?.dimensions !== 2) return "";
  const [low, high] = world.domain;
  const ninths = new Map<number, number>();
  let all = 0;
  wrong.value.forEach((isWrong, i) => {
    if (!isWrong || !isTest(i)) return;
    const third = (value = 0) => Math.max(0, Math.min(2, Math.floor((3 * (value - low)) / (high - low))));
    const points = world.arrays["points"]?.data ?? [];
    const ninth = third(points[2 * i]) + 3 * third(points[2 * i + 1]);
    ninths.set(ninth, (ninths.get(ninth) ?? 0) + 1);
    all++;
  });
  const most = [...ninths].find(([, count]) => 2 * count > all);
  return most ? t("Most of the wrong test points lie {where}", { where: WHERE[most[0]] ?? "" }) : "";
}

const WHERE = [
  t("at the lower left"),
  t("below the middle"),
  t("at the lower right"),
  t("left of the middle"),
  t("in the middle"),
  t("right of the middle"),
  t("at the upper left"),
  t("above the middle"),
  t("at the upper right"),
];

/** "Of what is seen of the plane, 48% is taken for orange and 52% for blue". */
function shareText(): string {
  const picture = shot.value;
  if (!wrong.value || !picture || picture.shape.length !== 3) return "";
  const [grids = 1, rows = 0, columns = 0] = picture.shape;
  const cells = rows * columns;
  const counts = names.value.map(() => 0);
  for (let i = 0; i < cells; i++) {
    const byte = picture.data[i] ?? 0;
    const index = grids === 2 ? byte : byte > 127 ? 1 : 0;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const list = names.value.map((name, i) => `${name} ${format.percent((counts[i] ?? 0) / cells, 0)}`);
  return t("Of what is seen of the plane the classes take: {list}", { list: list.join(", ") });
}

/** How many test or training points there are, and how many of them are wrong; undefined where it is not told. */
function mistakesOf(test: boolean): { wrong: number; all: number } | undefined {
  const found = wrong.value;
  if (!found) return undefined;
  const total = { wrong: 0, all: 0 };
  for (let i = 0; i < found.length; i++) {
    if (isTest(i) !== test) continue;
    total.all++;
    total.wrong += found[i] ?? 0;
  }
  return total;
}
