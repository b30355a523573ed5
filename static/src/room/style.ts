/** The style of what is shared, fetched when it is first shown. */
const link = document.createElement("link");
link.rel = "stylesheet";
link.href = "/static/dist/room.css";
await new Promise((settle) => {
  link.onload = link.onerror = settle;
  document.head.append(link);
});

export {};
