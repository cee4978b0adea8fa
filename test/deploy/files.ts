import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { settingsTable } from '#hosting/src/settings/settings.js';

/** What the checks of deploy/, docker-compose.yml and the runbook share. */

export const root = join(import.meta.dirname, '../..');
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** As docker compose reads it, with the merges of `<<`. */
export const readYaml = (path: string): unknown => parse(read(path), { merge: true });
export const readYamls = (path: string): unknown[] => parseYamls(read(path));

/** Kubernetes reads YAML 1.1, in which 0440 is octal. */
export const parseYamls = (text: string): unknown[] =>
  parseAllDocuments(text, { version: '1.1' }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    return document.toJS() as unknown;
  });

export const settingNames: readonly string[] = Object.values(settingsTable).map(({ name }) => name);

/** `dist/apps/recorder/src/main.js` is made of a file that is there. */
export const isCompiled = (path: string): boolean =>
  path.startsWith('dist/') && existsSync(join(root, path.replace(/^dist\//, '').replace(/\.js$/, '.ts')));

/** Where a program that is not a part of the project can be run; says it where not. */
export function hasProgram(command: string, ...args: string[]): boolean {
  if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return true;
  console.warn(`${command} ${args.join(' ')} does not work here: what needs it is not tested.`);
  return false;
}

/** All that a metric of ours may be called: what the code gives to Prometheus by name. */
export function metricNames(): Set<string> {
  const given =
    /(?<=name: '|gauge\(')attest_[a-z_]+(?=')|\battest_[a-z_]+(?=: \{\s+help: )|(?<=#histogram\(')attest_[a-z_]+/g;
  return new Set(sources('libs', 'apps').flatMap((path) => read(path).match(given) ?? []));
}

function sources(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('spec'))
      .map((name) => join(folder, name)),
  );
}

/** The metrics that an expression of Prometheus asks for: `sum(rate(attest_x_count[5m]))` -> attest_x. */
export function metricsOf(expression: string): string[] {
  const found = expression.match(/\b(attest|process|nodejs)_[a-z0-9_]+/g) ?? [];
  return found.map((name) => (name.startsWith('attest_') ? name.replace(/_(bucket|sum|count)$/, '') : name));
}
