/** Keeps what the page shows, as files: a panel with its title as PNG, the training as the server's GIF. */
import { t } from "../language.ts";
import { boundsOf, paint } from "./paint.ts";

/** What is written over a picture. */
export interface Caption {
  readonly title: string;
  readonly summary: string;
  readonly epoch: string;
}

/** The colours and the font of the page. */
export interface Look {
  readonly ink: string;
  readonly faint: string;
  readonly font: string;
}

const SHARPNESS = 2;
const MARGIN = 16;
const HEAD = 44;
const GAP = 12;

/** A panel as it is on the page now, without what `without` selects, under its caption. */
export function pictureOf(panel: Element, without: string, caption: Caption, look: Look): HTMLCanvasElement {
  const bounds = boundsOf(panel, without);
  const [width, height] = [bounds.width + 2 * MARGIN, bounds.height + HEAD + GAP + 2 * MARGIN];
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(SHARPNESS * width);
  canvas.height = Math.ceil(SHARPNESS * height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no canvas");
  context.scale(SHARPNESS, SHARPNESS);
  context.translate(MARGIN - bounds.left, MARGIN + HEAD + GAP - bounds.top);
  for (const part of panel.children) paint(context, part, without); // what it scrolls away, too
  context.setTransform(SHARPNESS, 0, 0, SHARPNESS, 0, 0);
  drawCaption(context, caption, width, look);
  context.globalCompositeOperation = "destination-over"; // rings of tiles lie below them, the ground below all
  context.fillStyle = groundOf(panel);
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The title and the epoch on one line, what the network is on the next. */
function drawCaption(context: CanvasRenderingContext2D, caption: Caption, width: number, look: Look): void {
  const { title, summary, epoch } = caption;
  context.textBaseline = "middle";
  context.fillStyle = look.ink;
  context.font = `600 15px ${look.font}`;
  const room = width - 2 * MARGIN;
  context.fillText(title, MARGIN, MARGIN + 10, room - 90);
  context.fillStyle = look.faint;
  context.font = `12px ${look.font}`;
  context.fillText(summary, MARGIN, MARGIN + 32, room);
  context.textAlign = "right";
  context.fillText(epoch, width - MARGIN, MARGIN + 10);
}

/** The colour of the panel, which may be that of what it stands on. */
function groundOf(element: Element | null): string {
  if (!element) return "white";
  const color = getComputedStyle(element).backgroundColor;
  return /, 0\)$|^transparent$/.test(color) ? groundOf(element.parentElement) : color;
}

/** Hand a picture to the person as a file. */
export async function savePicture(canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>((settle) => canvas.toBlob(settle));
  if (!blob) throw new Error(`${name} could not be drawn`);
  saveFile(blob, name);
}

/** Have the server draw how a run's answer came about. Returns why it will not, "" when it has. */
export async function saveFilm(runId: string, name: string): Promise<string> {
  try {
    const response = await fetch(`/api/runs/${runId}/training.gif`);
    if (!response.ok) return await refusalOf(response);
    saveFile(await response.blob(), name);
    return "";
  } catch {
    return t("The server cannot be reached.");
  }
}

/** The server's words, or those for what stands before it. */
async function refusalOf(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  return answer?.error?.message
    ? t(answer.error.message)
    : t("The server answered {status}.", { status: response.status });
}

const KEPT_MS = 60_000;

/** Hand a file to the person. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
