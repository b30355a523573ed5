/** The loss curves up to the moment that is shown, and from where on they are those of its network and data. */
import { effect } from "@preact/signals";
import { column, curves, frame } from "../../store.ts";
import type { Losses } from "./measures.ts";

/** The scene that was shown last, and the epoch at which it came; the first may have been there from the start. */
let begun = { scene: -1, epoch: 0 };

effect(() => {
  const now = frame.value;
  if (now && now.scene !== begun.scene) begun = { scene: now.scene, epoch: begun.scene < 0 ? 0 : now.exact_epoch };
});

/** None of those that have not come yet, or are of another way. */
export function lossesNow(): Losses {
  const now = frame.peek();
  const isOfNow = now !== null && now.generation === curves.generation;
  const epochs = column("epoch");
  const count = isOfNow ? epochs.findLastIndex((epoch) => epoch <= now.exact_epoch) + 1 : 0;
  const upToNow = (name: string) => column(name).slice(0, count);
  return { epochs: upToNow("epoch"), train: upToNow("train_loss"), test: upToNow("test_loss"), since: begun.epoch };
}
