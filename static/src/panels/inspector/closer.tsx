/** The panes that are fetched when one of them is first opened. */
export { Confusion } from "./confusion.tsx";
export { Doctor } from "./doctor.tsx";
export { GradientCheck } from "./gradientcheck.tsx";
export { Microscope } from "./microscope.tsx";
