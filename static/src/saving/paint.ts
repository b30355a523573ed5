/** Paints a part of the page onto a canvas just as it is laid out: its boxes, texts, lines and pictures. */

type Context = CanvasRenderingContext2D;

const COLOR = /(?:rgba?|color)\([^)]*\)|#[0-9a-f]+/gi;
const RING = /^((?:rgba?|color)\([^)]*\)) 0px 0px 0px ([\d.]+)px/;

/** Paint an element with all that is in it, except what `without` selects, at the places they have in the window. */
export function paint(context: Context, element: Element, without: string): void {
  const style = getComputedStyle(element);
  if (element.matches(without) || style.visibility === "hidden" || style.display === "none") return;
  context.save();
  context.globalAlpha *= Number(style.opacity);
  if (element instanceof SVGPathElement) paintPath(context, element, style);
  else if (element instanceof HTMLElement) paintBox(context, element, style);
  if (style.overflowX !== "visible") clipTo(context, element.getBoundingClientRect());
  for (const child of element.childNodes) {
    if (child instanceof Element) paint(context, child, without);
    else if (child instanceof Text) paintText(context, child, style);
  }
  context.restore();
}

/** The smallest rectangle round what would be painted of an element's children. */
export function boundsOf(element: Element, without: string): DOMRect {
  const boxes = [...element.children]
    .filter((child) => !child.matches(without))
    .map((child) => child.getBoundingClientRect())
    .filter(({ width, height }) => width > 1 && height > 1);
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
  const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
  return new DOMRect(left, top, right - left, bottom - top);
}

function clipTo(context: Context, { left, top, width, height }: DOMRect): void {
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
}

/** The box itself, turned as it is turned, and what it holds that is no text and no element. */
function paintBox(context: Context, element: HTMLElement, style: CSSStyleDeclaration): void {
  const { left, top, width, height } = element.getBoundingClientRect();
  const [ownWidth, ownHeight] = [element.offsetWidth, element.offsetHeight];
  const { a, b, c, d } = new DOMMatrix(style.transform);
  context.save();
  context.translate(left + width / 2, top + height / 2);
  context.transform(a, b, c, d, 0, 0);
  context.translate(-ownWidth / 2, -ownHeight / 2);
  context.beginPath();
  context.roundRect(0, 0, ownWidth, ownHeight, radiusOf(style, ownWidth));
  context.fillStyle = fillOf(context, style, ownWidth);
  context.fill();
  paintRing(context, style);
  paintBorder(context, style, ownWidth, ownHeight);
  if (element instanceof HTMLCanvasElement && element.width) {
    context.clip();
    context.imageSmoothingEnabled = style.imageRendering !== "pixelated";
    context.imageSmoothingQuality = "high";
    context.drawImage(element, 0, 0, ownWidth, ownHeight);
  }
  if (element instanceof HTMLMeterElement) {
    context.fillStyle = style.getPropertyValue("--bar") || style.getPropertyValue("--color-outline");
    context.fillRect(0, 0, (element.value / element.max) * ownWidth, ownHeight);
  }
  context.restore();
  if (element instanceof HTMLSelectElement) paintWord(context, element.selectedOptions[0]?.text ?? "", element, style);
  if (element instanceof HTMLInputElement) paintWord(context, element.value, element, style);
}

/** Pixels, or a share of the width. */
function radiusOf({ borderTopLeftRadius: radius }: CSSStyleDeclaration, width: number): number {
  return radius.endsWith("%") ? (parseFloat(radius) / 100) * width : parseFloat(radius) || 0;
}

/** A colour, a gradient from left to right, or the one hatch that the page has. */
function fillOf(context: Context, style: CSSStyleDeclaration, width: number): string | CanvasGradient | CanvasPattern {
  const [ink] = style.backgroundImage.startsWith("repeating-linear-gradient")
    ? (style.backgroundImage.match(COLOR) ?? [])
    : [];
  if (ink) return hatch(context, ink) ?? ink;
  const colors = style.backgroundImage.startsWith("linear-gradient") ? (style.backgroundImage.match(COLOR) ?? []) : [];
  if (colors.length < 2) return style.backgroundColor;
  const gradient = context.createLinearGradient(0, 0, width, 0);
  colors.forEach((color, i) => gradient.addColorStop(i / (colors.length - 1), color));
  return gradient;
}

/** Thin lines that rise to the right. */
function hatch(context: Context, ink: string): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 4;
  const pen = tile.getContext("2d");
  if (!pen) return null;
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const x of [-4, 0, 4]) {
    pen.moveTo(x, 4);
    pen.lineTo(x + 4, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

/** The thin line round a tile, which is a shadow without blur. */
function paintRing(context: Context, style: CSSStyleDeclaration): void {
  const [, color, width] = RING.exec(style.boxShadow) ?? [];
  if (!color || !width) return;
  context.strokeStyle = color;
  context.lineWidth = 2 * Number(width);
  context.save();
  context.globalCompositeOperation = "destination-over";
  context.stroke();
  context.restore();
}

/** A border that goes all round, as those of fields and marks do. */
function paintBorder(context: Context, style: CSSStyleDeclaration, width: number, height: number): void {
  const thickness = parseFloat(style.borderTopWidth);
  if (!thickness || style.borderLeftWidth !== style.borderTopWidth) return;
  context.strokeStyle = style.borderTopColor;
  context.lineWidth = thickness;
  context.beginPath();
  const half = thickness / 2;
  context.roundRect(half, half, width - thickness, height - thickness, Math.max(0, radiusOf(style, width) - half));
  context.stroke();
}

/** A path where it is in the window. Its line is as thick as on the page: none there is stretched. */
function paintPath(context: Context, path: SVGPathElement, style: CSSStyleDeclaration): void {
  const placed = new Path2D();
  placed.addPath(new Path2D(path.getAttribute("d") ?? ""), path.getScreenCTM() ?? undefined);
  if (style.fill !== "none") {
    context.fillStyle = style.fill;
    context.fill(placed);
  }
  if (style.stroke === "none") return;
  context.globalAlpha *= Number(style.strokeOpacity);
  context.strokeStyle = style.stroke;
  context.lineWidth = parseFloat(style.strokeWidth);
  context.lineCap = style.strokeLinecap as CanvasLineCap;
  context.lineJoin = style.strokeLinejoin as CanvasLineJoin;
  context.stroke(placed);
}

/** Each word where it stands: lines break as on the page. */
function paintText(context: Context, text: Text, style: CSSStyleDeclaration): void {
  const range = document.createRange();
  setFont(context, style);
  for (const { index, 0: word } of text.data.matchAll(/\S+\s*/g)) {
    range.setStart(text, index);
    range.setEnd(text, index + word.trimEnd().length);
    const box = range.getBoundingClientRect();
    if (box.width > 0) context.fillText(word.trimEnd(), box.left, baselineIn(context, box));
  }
}

/** The one word of a field. */
function paintWord(context: Context, word: string, field: HTMLElement, style: CSSStyleDeclaration): void {
  const box = field.getBoundingClientRect();
  setFont(context, style);
  const isCentred = style.textAlign === "center";
  context.textAlign = isCentred ? "center" : "left";
  const x = isCentred ? box.left + box.width / 2 : box.left + parseFloat(style.paddingLeft);
  context.fillText(word, x, baselineIn(context, box));
}

function setFont(context: Context, style: CSSStyleDeclaration): void {
  context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = style.color;
}

function baselineIn(context: Context, box: DOMRect): number {
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText("x");
  return box.top + (box.height + ascent - descent) / 2;
}
