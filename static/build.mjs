// Bundles the page: src/ and css/ into dist/. `--watch` rebuilds at every change.
import { build, context } from "esbuild";

const bundle = {
  entryPoints: [
    { in: "src/main.tsx", out: "main" },
    { in: "src/theme.ts", out: "theme" },
    { in: "css/page.css", out: "main" },
  ],
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  metafile: true,
  sourcemap: true,
  legalComments: "none",
  logLevel: "warning",
};

if (process.argv.includes("--watch")) await (await context(bundle)).watch();
else {
  const { metafile } = await build(bundle);
  const { writeFile } = await import("node:fs/promises");
  await writeFile("dist/meta.json", JSON.stringify(metafile));
}
