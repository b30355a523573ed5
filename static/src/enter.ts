/** The door: what stands behind the # of the address is an experiment, and goes along through it. */
const form = document.querySelector("form");
if (form) form.action += location.hash;

export {};
