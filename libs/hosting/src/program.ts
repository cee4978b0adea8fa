import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package, found from the code itself: compiled or not, wherever it is started from. */
function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export const programVersion = (): string =>
  (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }).version;

/** A compiled file, by its source's path without the ending: `libs/hosting/src/worker/press-thread`. */
export const compiled = (source: string): string => join(packageFolder(), 'dist', `${source}.js`);

/** The compiled program: what child processes are started from. */
export const compiledMain = (): string => compiled('apps/attest/src/main');
