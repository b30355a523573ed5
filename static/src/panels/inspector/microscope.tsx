/** To come. */
export function Microscope() {
  return <p class="quiet">Microscope</p>;
}
