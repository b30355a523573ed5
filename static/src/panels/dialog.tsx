/** A window over the page with a title and a way to close it; whatever had the focus has it again afterwards. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { t } from "../language.ts";
import { fetchStyle } from "../style.ts";

await fetchStyle("dialogs");

interface DialogProps {
  readonly title: string;
  readonly class?: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, class: name, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} class={name} aria-label={title} onClose={() => dialog.current && onClose()}>
      <div class="heading">
        <h2>{title}</h2>
        <button type="button" class="button square" aria-label={t("Close")} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
