/** What stands over whatever page is open. */
import { createElement, render, type FunctionComponent } from "preact";

/** Returns what puts a part there, the first time that it is wanted. */
export function overlay(Part: FunctionComponent): () => void {
  let isThere = false;
  return () => {
    if (isThere) return;
    isThere = true;
    render(createElement(Part, {}), document.body.appendChild(document.createElement("div")));
  };
}
