/** The panes that are fetched when one of them is first opened; the landscape by itself, as it is large. */
import type { JSX } from "preact";
import { later } from "../later.tsx";
import { Confusion } from "./confusion.tsx";
import { Doctor } from "./doctor.tsx";
import { GradientCheck } from "./gradientcheck.tsx";
import { HiddenSpace } from "./hidden.tsx";
import { Importance } from "./importance.tsx";
import { Microscope } from "./microscope.tsx";
import type { Pane } from "./panes.ts";

type Close = Exclude<Pane, "statistics">;

const CONTENTS: Readonly<Record<Close, (props: object) => JSX.Element | null>> = {
  landscape: later(async () => (await import("./landscape.tsx")).LandscapePane),
  microscope: Microscope,
  gradient_check: GradientCheck,
  hidden: HiddenSpace,
  importance: Importance,
  confusion: Confusion,
  doctor: Doctor,
};

export function Closer({ name }: { name: Close }) {
  const Content = CONTENTS[name];
  return <Content />;
}
