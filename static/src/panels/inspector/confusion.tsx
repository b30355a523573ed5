/** To come. */
export function Confusion() {
  return <p class="quiet">Confusion</p>;
}
