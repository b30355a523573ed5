/** The small pictures of data sets: those that are seen first come with the page, the others when one is asked for. */
import { signal } from "@preact/signals";
import type { Thumbnail } from "../draw/thumbnail.ts";
import { catalogue } from "../store.ts";

type Thumbnails = Readonly<Record<string, Thumbnail>>;

const known = signal<Thumbnails>(catalogue.thumbnails ?? {});
let isFetching = false;

/** Nothing before it has come. */
export function thumbnailOf(kind: string): Thumbnail {
  const found = known.value[kind];
  if (!found) void fetchAll();
  return found ?? {};
}

async function fetchAll(): Promise<void> {
  if (isFetching) return;
  isFetching = true;
  try {
    known.value = (await (await fetch("/api/thumbnails")).json()) as Thumbnails;
  } catch {
    isFetching = false;
  }
}
