/** Style that the first view does without. */
const fetched = new Map<string, Promise<void>>();

/** Have the style of that name on the page; it is fetched once. Without it, what it is for looks plain but works. */
export function fetchStyle(name: string): Promise<void> {
  const found = fetched.get(name) ?? linked(`/static/dist/${name}.css`);
  fetched.set(name, found);
  return found;
}

function linked(address: string): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  return new Promise((settle) => {
    link.onload = link.onerror = () => settle();
    document.head.append(link);
  });
}
