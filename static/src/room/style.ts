/** The style of what is shared, fetched when it is first shown. */
import { fetchStyle } from "../style.ts";

await fetchStyle("room");
