/** `?embed=1` in the address: the page stands in a frame of another page, which may steer it. */
export const isEmbedded = new URLSearchParams(location.search).get("embed") === "1";
