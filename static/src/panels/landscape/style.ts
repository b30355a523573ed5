/** The style of the landscape, fetched when it is first shown. */
import { fetchStyle } from "../../style.ts";

await fetchStyle("landscape");
