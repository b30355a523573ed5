/** A question before something goes for good. */
import type { ComponentChildren } from "preact";
import { t } from "../language.ts";
import { Dialog } from "./dialog.tsx";

interface ConfirmProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly act: string;
  /** What is to be known first. */
  readonly children: ComponentChildren;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

export function Confirm({ title, act, children, onYes, onClose }: ConfirmProps) {
  const confirm = ({ detail }: MouseEvent) => {
    const isDoubleClick = detail > 1; // its first half has only just opened this
    if (isDoubleClick) return;
    onClose();
    onYes();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="asked">
        {children}
        <div class="ways-out">
          <button type="button" class="button dangerous" onClick={confirm}>
            {act}
          </button>
          <button type="button" class="button outlined" autofocus onClick={onClose}>
            {t("Keep")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
