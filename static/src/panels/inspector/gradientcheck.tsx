/** To come. */
export function GradientCheck() {
  return <p class="quiet">GradientCheck</p>;
}
