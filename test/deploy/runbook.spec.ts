import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { attestProgram } from '../../apps/attest/src/cli/cli.js';
import { terminal } from '../../apps/attest/src/cli/terminal.js';
import { runbook, stepsOf } from '../drills/drill.js';
import { isCompiled, metricNames, metricsOf, read, readYaml, root, settingNames } from './files.js';

/** docs/runbook.md names nothing that there is not. That its commands print what it says: test/drills. */

const page = runbook();
const sections = page.split(/^## /m).slice(1);
const numbered = sections.filter((section) => /^\d+\. /.test(section));

test('it has the ten things that go wrong, each with what is seen and what is to be done', () => {
  expect(numbered.map((section) => Number(section.split('.')[0]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const section of numbered) expect(section).toContain('**Do.**');
});

test('each has a drill that does it, or says that none is run', () => {
  for (const section of numbered) {
    const [heading = ''] = section.split('\n');
    const file = /^Drill: `(test\/drills\/[\w.-]+)`/m.exec(section)?.[1];
    if (file === undefined) expect([heading, section]).toEqual([heading, expect.stringContaining('not run here')]);
    else
      expect([
        heading,
        read(file).includes(`begin('${heading}')`) || read(file).includes(`new Drill('${heading}'`),
      ]).toEqual([heading, true]);
    if (file !== undefined) expect(stepsOf(page).get(heading)!.length).toBeGreaterThan(0);
  }
});

/** `attest token create`, by the words of a command line; undefined where there is none. */
function commandOf(program: Command, words: readonly string[]): Command | undefined {
  const next = program.commands.find((one) => one.name() === words[0]);
  return next && words.length > 1 ? (commandOf(next, words.slice(1)) ?? next) : next;
}

test('every command and flag of attest that it shows is one', () => {
  const sink = new Writable({ write: (_, __, done) => done() });
  const program = attestProgram(terminal(sink, sink));
  const blocks = [...page.matchAll(/^( *)```(?:console|sh)\n(.*?)^ *```$/gms)].map(([, indent, block]) =>
    block!.replaceAll('\\\n', ' ').replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  const shown = blocks
    .flatMap((block) => block.match(/(?<=^(?:\$ )?|&& |\$\()attest [^|>\n)]*|(?<=src\/)main\.js [a-z][^|>\n]*/gm) ?? [])
    .filter((line) => !line.includes('"$'));
  expect(shown.length).toBeGreaterThan(12);
  for (const line of shown) {
    const words = line.replace(/\s#.*/, '').split(/\s+/).slice(1);
    const command = commandOf(
      program,
      words.filter((word) => /^[a-z]+$/.test(word)),
    );
    expect([line, command?.name()]).toEqual([line, expect.any(String)]);
    const flags = command!.options.map(({ long }) => long);
    for (const flag of line.match(/(?<= )--[a-z-]+/g) ?? []) expect(flags).toContain(flag);
  }
});

test('every metric, alert, setting, service, npm script and file that it names is there', () => {
  const known = [...metricNames()];
  const alerts = [...read('deploy/prometheus/alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
  const { services, secrets } = readYaml('docker-compose.yml') as { services: object; secrets: object };
  const ofCompose = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
  const named = page.replace(/attest_(app|owner)\b/g, '');
  for (const metric of metricsOf(named)) expect(known).toContain(metric);
  for (const [alert] of page.matchAll(/(?<=`)Attest\w+(?=`)/g)) expect(alerts).toContain(alert);
  for (const [setting] of page.matchAll(/\b(ATTEST|KAFKA|DATABASE|KURRENTDB)_[A-Z_]+\b/g))
    expect([...settingNames, ...ofCompose]).toContain(setting);
  const flags = '(?:-[\\w-]+(?: \\d+m)? )*';
  const given = new RegExp(`docker compose (up|exec|run|cp|logs) ${flags}((?:[a-z]+ ?)+)`, 'g');
  const told = [...page.matchAll(given)].flatMap(([, verb, words]) => {
    const all = words!.trim().split(' ');
    // Of these the first word is the service, and the rest a command in it.
    return ['exec', 'run', 'cp'].includes(verb!) ? all.slice(0, 1) : all;
  });
  expect(told.length).toBeGreaterThan(10);
  expect(Object.keys(services)).toEqual(expect.arrayContaining(told));
  for (const [main] of page.matchAll(/dist\/apps\/[\w/]+\.js/g)) expect([main, isCompiled(main)]).toEqual([main, true]);
  for (const [, secret] of page.matchAll(/\/run\/secrets\/([\w.-]+)/g)) expect(Object.keys(secrets)).toContain(secret);
  for (const [, script] of page.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
  for (const [, path] of page.matchAll(/`((?:test|deploy|docs)\/[\w./-]+)`/g)) {
    // Made by deploy/make-secrets.sh, and in no checkout.
    if (!path!.startsWith('deploy/secrets/')) expect([path, existsSync(join(root, path!))]).toEqual([path, true]);
  }
});

test('the namespace that Kubernetes is to have is made before anything in it, and is the one of the manifests', () => {
  const { namespace } = readYaml('deploy/kubernetes/base/kustomization.yaml') as { namespace: string };
  const told = [...page.matchAll(/^kubectl (?!-n attest get)(.*)$/gm)].map(([, command]) => command!);
  expect(told[0]).toBe(`create namespace ${namespace}`);
  for (const [, named] of page.matchAll(/kubectl -n (\w+)/g)) expect(named).toBe(namespace);
});

test('the secrets that Kubernetes is to have are those that the manifests refer to', () => {
  const base = ['recorder', 'projector', 'reporter', 'setup']
    .map((name) => read(`deploy/kubernetes/base/${name}.yaml`))
    .join('\n');
  const referred = new Set(
    [...base.matchAll(/secretKeyRef: \{ name: ([\w-]+), key: ([\w-]+)/g)].map(([, name, key]) => `${name} ${key}`),
  );
  for (const [, name] of base.matchAll(/secretName: ([\w-]+)/g)) referred.add(`${name} token-signing-key.pem`);
  const rows = [...page.matchAll(/^\| `(attest-[\w-]+)` +\| ([^|]+)\|/gm)];
  const told = rows.flatMap(([, name, keys]) => [...keys!.matchAll(/`([\w.-]+)`/g)].map(([, key]) => `${name} ${key}`));
  expect(told.sort()).toEqual([...referred].sort());
});
