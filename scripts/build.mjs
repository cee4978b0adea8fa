// Compiles apps, libs and examples to dist/ with swc; only what changed. `--watch` goes on doing so.
import './node-check.mjs';
import { transformFile } from '@swc/core';
import { mkdir, readdir, stat, writeFile, rm } from 'node:fs/promises';
import { watch } from 'node:fs';
import { dirname, join } from 'node:path';

const roots = ['apps', 'libs', 'examples'];
const target = (source) => join('dist', source).replace(/\.ts$/, '.js');
const isSource = (name) =>
  name.endsWith('.ts') && !name.endsWith('.d.ts') && !/\.(spec|int-spec|e2e-spec|fault-spec)\.ts$/.test(name);
const modified = (file) =>
  stat(file).then(
    (s) => s.mtimeMs,
    () => 0,
  );

async function compile(source) {
  const out = target(source);
  if ((await modified(out)) > (await modified(source))) return 0;
  const { code, map } = await transformFile(source, { sourceFileName: source });
  await mkdir(dirname(out), { recursive: true });
  await writeFile(`${out}.map`, map);
  await writeFile(out, `${code}\n//# sourceMappingURL=${out.split('/').at(-1)}.map\n`);
  return 1;
}

async function build() {
  const present = await Promise.all(
    roots.map((root) => readdir(root, { recursive: true }).then((names) => names.map((name) => join(root, name)))),
  );
  const sources = present.flat().filter(isSource);
  const compiled = (await Promise.all(sources.map(compile))).reduce((a, b) => a + b, 0);
  const wanted = new Set(sources.map(target));
  const built = await readdir('dist', { recursive: true }).catch(() => []);
  const stale = built.map((name) => join('dist', name)).filter((name) => name.endsWith('.js') && !wanted.has(name));
  await Promise.all(stale.flatMap((name) => [rm(name), rm(`${name}.map`, { force: true })]));
  return compiled;
}

const compiled = await build();
if (compiled) console.log(`built ${compiled} files`);
if (process.argv.includes('--watch')) {
  for (const root of roots)
    watch(
      root,
      { recursive: true },
      (_, name) => name && isSource(name) && build().catch((fault) => console.error(String(fault))),
    );
}
