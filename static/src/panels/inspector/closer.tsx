/** The panes that are fetched when they are first opened. */
import type { JSX } from "preact";
import { Confusion } from "./confusion.tsx";
import { Doctor } from "./doctor.tsx";
import { GradientCheck } from "./gradientcheck.tsx";
import { Microscope } from "./microscope.tsx";
import type { Pane } from "./panes.ts";

export const CONTENTS: Readonly<Record<Exclude<Pane, "statistics">, () => JSX.Element>> = {
  microscope: Microscope,
  gradient_check: GradientCheck,
  confusion: Confusion,
  doctor: Doctor,
};
