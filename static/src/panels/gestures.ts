/** Zooming and panning with a pointer: Ctrl and the wheel, a pinch, a drag. A plain wheel scrolls the page. */
import { isZoomed } from "./view.ts";
import { pan, zoom } from "./zooming.ts";

/** How much a notch of the wheel zooms, and how many pixels a click may slip. */
const PER_PIXEL = 1.0025;
const SLIP = 4;

interface Finger {
  x: number;
  y: number;
}

/** Follow the pointers over an element. */
export function follow(element: HTMLElement): void {
  const fingers = new Map<number, Finger>();
  let slipped = 0;
  const on = <Name extends keyof HTMLElementEventMap>(name: Name, act: (event: HTMLElementEventMap[Name]) => void) =>
    element.addEventListener(name, act, { capture: name === "click", passive: false });

  on("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const [x, y] = shares(element, event);
    zoom(PER_PIXEL ** event.deltaY, x, y);
  });
  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    slipped = fingers.size ? slipped : 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  on("pointermove", (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    slipped += Math.hypot(event.clientX - finger.x, event.clientY - finger.y);
    if (slipped > SLIP) move(element, fingers, finger, event);
    Object.assign(finger, { x: event.clientX, y: event.clientY });
  });
  for (const name of ["pointerup", "pointercancel"] as const) on(name, (event) => fingers.delete(event.pointerId));
  on("click", (event) => slipped > SLIP && event.detail > 0 && event.stopImmediatePropagation());
}

/** One pointer drags; of two, each stretches what lies between it and the other. */
function move(element: HTMLElement, fingers: Map<number, Finger>, finger: Finger, event: PointerEvent): void {
  element.setPointerCapture(event.pointerId);
  const { width, height } = element.getBoundingClientRect();
  const [right, down] = [(finger.x - event.clientX) / width, (finger.y - event.clientY) / height];
  const other = [...fingers.values()].find((each) => each !== finger);
  if (!other) {
    if (event.pointerType !== "touch" || isZoomed.value) pan(right, down);
    return;
  }
  const before = Math.hypot(finger.x - other.x, finger.y - other.y);
  const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
  const [x, y] = shares(element, { clientX: other.x, clientY: other.y });
  if (after > 0) zoom(before / after, x, y);
}

/** Where a pointer is, from 0 to 1 to the right and down. */
function shares(element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): [number, number] {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}
