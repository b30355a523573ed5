/** The start of the page of sweeps. */
import { begin } from "../study/begin.tsx";
import { Page } from "./page.tsx";
import { sweeping } from "./study.ts";

begin(Page, sweeping.readAddress, sweeping.leave);
