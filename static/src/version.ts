/** Whether the server still has this version of the page: of another one the parts that are fetched later are gone. */
import { isOutdated } from "./store.ts";

/** Ask for the part in which this stands: its name tells its content, and that of all that it fetches. */
export async function checkVersion(): Promise<void> {
  const own = await fetch(import.meta.url, { method: "HEAD" }).catch(() => null);
  if (own?.status === 404) isOutdated.value = true;
}
