/** To come. */
export function Doctor() {
  return <p class="quiet">Doctor</p>;
}
