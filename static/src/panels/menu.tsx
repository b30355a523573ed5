/** A button with a small menu over the page. What is in the menu is made, and its code fetched, when it first opens. */
import type { ComponentChildren, ComponentType } from "preact";
import { useSignal } from "@preact/signals";

interface MenuProps {
  readonly id: string;
  /** What the menu is called. */
  readonly label: string;
  readonly class: string;
  /** Its button: the class, what stands on it, what it is called where that does not say so. */
  readonly button: { readonly class: string; readonly title: string; readonly "aria-label"?: string };
  readonly children: ComponentChildren;
  /** What is in the menu. */
  readonly content: ComponentType;
}

export function Menu({ id, label, class: name, button, children, content: Content }: MenuProps) {
  const isOpened = useSignal(false);
  return (
    <>
      <button type="button" popoverTarget={id} {...button}>
        {children}
      </button>
      <div
        class={name}
        id={id}
        popover="auto"
        role="group"
        aria-label={label}
        onBeforeToggle={() => (isOpened.value = true)}
      >
        {isOpened.value && <Content />}
      </div>
    </>
  );
}

/** Close a menu from which something was chosen. */
export function closeMenu(id: string): void {
  document.getElementById(id)?.hidePopover();
}
