// Bundles the page: src/ and css/ into dist/. `--watch` rebuilds at every change.
import { build, context } from "esbuild";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

/** Parts have their content in their names: a build removes those of the builds before it. */
const withoutOldParts = {
  name: "without old parts",
  setup({ onEnd }) {
    onEnd(async ({ metafile, errors }) => {
      if (errors.length) return;
      const paths = Object.keys(metafile.outputs).flatMap((path) => [path, `${path}.br`]);
      const made = new Set(paths.map((path) => resolve(path)));
      const parts = (await readdir("dist")).filter((name) => /-[A-Z0-9]{8}[.]js([.]map|[.]br)?$/.test(name));
      const old = parts.map((name) => resolve("dist", name)).filter((path) => !made.has(path));
      await Promise.all(old.map((path) => rm(path, { force: true })));
    });
  },
};

const MAIN = resolve("src/main.tsx");
const PAGE_PARTS = /[.]tsx?$/;
const DYNAMIC = /\bimport\("([.][^"]+)"\)/g;
/** The page waits for its language, which therefore must not wait for the page. */
const AWAITED = resolve("src/language.ts");

/**
 * What is fetched later needs the page, which is there by then. Saying so keeps the whole first view in one file:
 * else it would be cut up by which of the later parts use what of it.
 */
const onePage = {
  name: "one page",
  setup({ onStart, onLoad }) {
    let later = new Set();
    onStart(async () => {
      later = await fetchedLater();
    });
    onLoad({ filter: PAGE_PARTS }, async ({ path }) => {
      if (!later.has(path)) return;
      const contents = `${await readFile(path, "utf8")}\nimport ${JSON.stringify(MAIN)};`;
      return { contents, loader: extname(path).slice(1) };
    });
  },
};

/** Known before anything is loaded: a part may be met first where another one imports it at once. */
async function fetchedLater() {
  const names = (await readdir("src", { recursive: true })).filter((name) => PAGE_PARTS.test(name));
  const paths = names.map((name) => resolve("src", name)).filter((path) => path !== AWAITED);
  const wanted = paths.map(async (path) =>
    [...(await readFile(path, "utf8")).matchAll(DYNAMIC)].map(([, part]) => resolve(dirname(path), part)),
  );
  return new Set((await Promise.all(wanted)).flat());
}

/** A copy in Brotli beside a file: made once, a tenth smaller than what a server packs anew each time. */
async function squeeze(path) {
  await writeFile(`${path}.br`, await promisify(brotliCompress)(await readFile(path)));
}

const common = {
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

const page = {
  ...common,
  entryPoints: [
    { in: "src/main.tsx", out: "main" },
    { in: "css/page.css", out: "main" },
    { in: "css/door.css", out: "door" },
    { in: "css/room.css", out: "room" },
    { in: "css/dialogs.css", out: "dialogs" },
    { in: "css/landscape.css", out: "landscape" },
    { in: "css/images.css", out: "images" },
    { in: "css/drawing.css", out: "drawing" },
    { in: "css/table.css", out: "table" },
  ],
  splitting: true,
  plugins: [onePage, withoutOldParts],
};

/** Stands alone: it runs before the page is painted. */
const theme = { ...common, entryPoints: [{ in: "src/theme.ts", out: "theme" }] };

/** Stands alone: the page before the page. */
const enter = { ...common, format: "iife", entryPoints: [{ in: "src/enter.ts", out: "enter" }] };

/** Stands alone: a thread of its own. */
const painter = { ...common, entryPoints: [{ in: "src/painter/worker.ts", out: "painter" }] };

/** Stands alone, so that the playground's own parts are not cut up by what this page shares with it. */
const runs = {
  ...common,
  entryPoints: [
    { in: "src/runs/main.tsx", out: "runs" },
    { in: "css/runs.css", out: "runs" },
  ],
};

/** Stands alone, as that one does. */
const descent = {
  ...common,
  entryPoints: [
    { in: "src/descent/main.tsx", out: "descent" },
    { in: "css/descent.css", out: "descent" },
  ],
};

const race = {
  ...common,
  entryPoints: [
    { in: "src/race/main.tsx", out: "race" },
    { in: "css/racing.css", out: "race" },
  ],
};

const sweep = {
  ...common,
  entryPoints: [
    { in: "src/sweep/main.tsx", out: "sweep" },
    { in: "css/sweep.css", out: "sweep" },
  ],
};

const learningCurve = {
  ...common,
  entryPoints: [
    { in: "src/learning/main.tsx", out: "learning-curve" },
    { in: "css/learning-curve.css", out: "learning-curve" },
  ],
};

const bundles = [page, theme, enter, runs, descent, race, sweep, learningCurve, painter];

if (process.argv.includes("--watch")) for (const bundle of bundles) await (await context(bundle)).watch();
else {
  const [{ metafile }] = await Promise.all(bundles.map((bundle) => build(bundle)));
  await writeFile("dist/meta.json", JSON.stringify(metafile));
  const texts = (await readdir("dist")).filter((name) => /[.](js|css)$/.test(name));
  await Promise.all(texts.map((name) => squeeze(join("dist", name))));
}
