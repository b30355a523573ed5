/** Files and folders that somebody chose or dropped, as one ZIP: large photographs are shrunk before they are sent. */
import { t } from "../../language.ts";
import { Refused } from "../../server.ts";
import { catalogue } from "../../store.ts";
import type { Dropped } from "../table/arriving.ts";
import type { Brought } from "./opened.ts";

/** A file, and its folders and name, as "cats/1.png". */
interface Piece {
  readonly path: string;
  readonly file: File;
}

const IMAGE = /[.](png|jpe?g|gif|webp|bmp)$/i;
const ARCHIVE = /[.]zip$/i;
/** A file of fewer bytes goes as it is; a larger image is brought to so many pixels along its longer side. */
const SMALL_BYTES = 32 * 1024;
const LONGEST = 128;

export async function broughtBy(dropped: readonly Dropped[]): Promise<Brought> {
  const pieces = (await Promise.all(dropped.map(piecesBelow))).flat();
  const [only] = pieces;
  if (only && pieces.length === 1 && ARCHIVE.test(only.path)) return asArchive(only.file);
  return await packed(pieces, dropped.length === 1 ? (dropped[0]?.name ?? "") : "");
}

/** The files of a folder that was chosen. */
export function broughtFrom(files: FileList): Promise<Brought> {
  const pieces = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return packed(pieces, pieces[0]?.path.split("/")[0] ?? "");
}

export function asArchive(file: File): Brought {
  return { archive: file, name: file.name.replace(ARCHIVE, ""), others: 0 };
}

async function piecesBelow(entry: Dropped): Promise<Piece[]> {
  if (entry instanceof File) return [{ path: entry.name, file: entry }];
  if (entry.isFile) {
    const file = await new Promise<File>((settle, fail) => (entry as FileSystemFileEntry).file(settle, fail));
    return [{ path: entry.fullPath.replace(/^[/]/, ""), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const below: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((settle, fail) => reader.readEntries(settle, fail));
    if (!some.length) break; // it tells a hundred at a time
    below.push(...some);
  }
  return (await Promise.all(below.map(piecesBelow))).flat();
}

async function packed(pieces: readonly Piece[], name: string): Promise<Brought> {
  const own = pieces.filter(({ path }) => !path.split("/").some((part) => part.startsWith(".")));
  const images = own.filter(({ path }) => IMAGE.test(path));
  if (!images.length) throw new Refused(t("There are no images: choose a folder that has one for each class."));
  const most = catalogue.limits.images;
  if (images.length > most)
    throw new Refused(t("There are {count} images, more than {most}.", { count: images.length, most }));
  const { zipSync } = await import("fflate");
  const files: Record<string, Uint8Array> = {};
  for (const { path, file } of images) files[path] = new Uint8Array(await (await shrunk(file)).arrayBuffer());
  const bytes = zipSync(files, { level: 0 }) as Uint8Array<ArrayBuffer>;
  return { archive: new Blob([bytes]), name, others: own.length - images.length };
}

/** What the browser cannot read, the server may. */
async function shrunk(file: File): Promise<Blob> {
  if (file.size <= SMALL_BYTES) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((length) => Math.max(1, Math.round(length * scale)));
    const canvas = new OffscreenCanvas(width ?? 1, height ?? 1);
    const pen = canvas.getContext("2d");
    if (!pen) return file;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await canvas.convertToBlob({ type: "image/webp", quality: 0.9 });
  } catch {
    return file;
  }
}
