/** What is asked before everything goes: how much that is, and whether tables and images go along. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { plural, t } from "../language.ts";
import { Confirm } from "../panels/confirm.tsx";
import { amountsOf, brought, lookAtBrought, removeAll, runs } from "./shelf.ts";

export function DeleteEverything({ onClose }: { onClose: () => void }) {
  const [isWithTables, isWithImages] = [useSignal(true), useSignal(true)];
  useEffect(() => void lookAtBrought(), []);
  if (!brought.value) return null;
  const { tables, images } = brought.value;
  const amounts = {
    runs: runs.value.length,
    tables: isWithTables.value ? tables.length : 0,
    images: isWithImages.value ? images.length : 0,
  };
  return (
    <Confirm
      title={t("Delete everything of yours?")}
      act={t("Delete {what}", { what: amountsOf(amounts) })}
      onYes={() => void removeAll({ keepTables: !isWithTables.value, keepImages: !isWithImages.value })}
      onClose={onClose}
    >
      <p>
        {plural(
          runs.value.length,
          "Your run is gone for good, with its link, and with all that was shared with you.",
          "All {count} runs are gone for good, pinned ones too, with their links, and with all that was shared with you.",
        )}{" "}
        {t("Rooms that you have open end.")}
      </p>
      <AlongWith
        isTicked={isWithTables}
        label={plural(tables.length, "Your table goes, too: {names}", "Your {count} tables go, too: {names}", {
          names: tables.join(", "),
        })}
        isThere={tables.length > 0}
      />
      <AlongWith
        isTicked={isWithImages}
        label={plural(
          images.length,
          "Your set of images goes, too: {names}",
          "Your {count} sets of images go, too: {names}",
          { names: images.join(", ") },
        )}
        isThere={images.length > 0}
      />
    </Confirm>
  );
}

interface AlongWithProps {
  readonly isTicked: Signal<boolean>;
  readonly label: string;
  readonly isThere: boolean;
}

function AlongWith({ isTicked, label, isThere }: AlongWithProps) {
  if (!isThere) return null;
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isTicked.value}
        onChange={(event) => (isTicked.value = event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
