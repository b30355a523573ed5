// Writes src/experiment.d.ts: the types of an experiment, from the JSON Schema of the server's own classes.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { compile } from "json-schema-to-typescript";

const ask = "import json; from core import Experiment; print(json.dumps(Experiment.model_json_schema()))";
const environment = ["../.venv/bin/python", "../.venv/Scripts/python.exe"]
  .map((path) => resolve(path))
  .find(existsSync);
const python = process.env.PYTHON ?? environment ?? "python3";
const schema = JSON.parse(execFileSync(python, ["-c", ask], { cwd: "..", encoding: "utf8" }));

/** The same schema as the server's canonical form has it: nothing left out, no second names for plain numbers. */
function canonical(node, inside = "") {
  if (Array.isArray(node)) return node.map((item) => canonical(item));
  if (node === null || typeof node !== "object") return node;
  const { title, description, default: unused, minItems, maxItems, ...rest } = node;
  const kept = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, canonical(value, key)]));
  if (inside === "properties")
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, canonical(value)]));
  return node.properties ? { ...kept, required: Object.keys(node.properties), additionalProperties: false } : kept;
}

const banner = "// Written by types.mjs from the JSON Schema of core.Experiment; not edited by hand.";
const types = await compile(canonical(schema), "Experiment", { bannerComment: banner, additionalProperties: false });
await writeFile("src/experiment.d.ts", types);
