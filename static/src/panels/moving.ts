/** Moving a layer to another place: held by its name with the pointer, or key by key. */
import { t } from "../language.ts";
import { announcement } from "../store.ts";
import { layers, mayMove, moveLayer } from "./layerlist.ts";
import { settingsAt } from "./layersettings.tsx";
import { graph, shape, spoken } from "./shape.ts";

/** How far the pointer goes before it takes the layer along. */
const SLACK = 5;

/** Follow the pointer until it lets the layer go; a mark shows where that would be. */
export function hold(name: HTMLElement, { pointerId, clientX, clientY }: PointerEvent, place: number): void {
  const done = new AbortController();
  const mark = document.createElement("i");
  let to: number | null = null;
  const end = () => {
    done.abort();
    mark.remove();
    name.classList.remove("held");
  };
  const follow = (event: PointerEvent) => {
    if (Math.hypot(event.clientX - clientX, event.clientY - clientY) < SLACK && to === null) return;
    name.classList.add("held");
    to = placeUnder(name, event, place);
    showMark(mark, name, place, to);
  };
  const drop = () => {
    end();
    if (to !== null) moveLayer(place, to);
  };
  const options = { signal: done.signal };
  name.setPointerCapture(pointerId);
  name.addEventListener("pointermove", follow, options);
  name.addEventListener("pointerup", drop, options);
  name.addEventListener("pointercancel", end, options);
  addEventListener("keydown", (event) => event.key === "Escape" && end(), options);
}

/** A line between the columns where the layer would come to stand. */
function showMark(mark: HTMLElement, name: HTMLElement, place: number, to: number | null): void {
  if (to === null) return mark.remove();
  const { middles, isDown } = graph.value;
  const [column, beside] = [to + 1, to > place ? to + 2 : to];
  mark.className = isDown ? "drop-mark down" : "drop-mark";
  mark.style[isDown ? "top" : "left"] = `${((middles[column] ?? 0) + (middles[beside] ?? 0)) / 2}px`;
  name.closest(".plan")?.append(mark);
}

/** The place of the layer nearest to the pointer; null at its own, and where it may not come to. */
function placeUnder(name: HTMLElement, event: PointerEvent, place: number): number | null {
  const { middles, isDown } = graph.value;
  const plan = name.closest(".plan")?.getBoundingClientRect();
  const at = isDown ? event.clientY - (plan?.top ?? 0) : event.clientX - (plan?.left ?? 0);
  const distances = middles.slice(1, -1).map((middle) => Math.abs(middle - at));
  const nearest = distances.indexOf(Math.min(...distances));
  return mayMove(place, nearest) ? nearest : null;
}

/** Move a layer by one place and say where it is now; the focus goes along. */
export function moveBy(place: number, by: number): void {
  const to = place + by;
  if (!mayMove(place, to)) return;
  const layer = spoken(shape.value.names[place] ?? "");
  const [, unit] = (document.activeElement as HTMLElement | null)?.dataset["neuron"]?.split(".") ?? [];
  moveLayer(place, to);
  announcement.value = t("{layer} is now at place {place} of {count}.", {
    layer,
    place: to + 1,
    count: layers().length,
  });
  const moved = unit === undefined ? `[data-opens="${settingsAt(to)}"]` : `[data-neuron="${to + 1}.${unit}"]`;
  requestAnimationFrame(() => document.querySelector<HTMLElement>(moved)?.focus());
}
