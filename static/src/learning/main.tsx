/** The start of the page of learning curves. Without an address it begins with the first story. */
import { begin } from "../study/begin.tsx";
import { stories } from "../study/study.ts";
import { learning } from "./curve.ts";
import { Page } from "./page.tsx";

async function readAddress(): Promise<void> {
  if (location.hash.length > 1) return learning.readAddress();
  learning.tell(stories[0]?.name ?? "");
}

begin(Page, readAddress, learning.leave);
