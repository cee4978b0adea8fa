import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The rules of the layout (docs/architecture.md), each kept by the test of its name. A failure lists who breaks it. */

const recording = [
  'access',
  'activities',
  'aggregates',
  'budget',
  'courses',
  'deliveries',
  'evidence',
  'framework',
  'funding',
  'grants',
  'meetings',
  'narratives',
  'needs',
  'organisations',
  'places',
  'programmes',
  'projects',
  'requests',
  'reviews',
  'services',
  'trainings',
];
const adapters = ['http', 'kafka', 'kurrentdb', 'postgres'];
/** From the top down: each may import what stands below it. */
const arrow = [['catalogue'], ['audit', 'monitoring'], ['reports'], ['indicators'], recording, ['event-sourcing']];
const slices = arrow.slice(1, -1).flat();
/** What every process is made of: it puts the adapters and the catalogue together, for apps alone. */
const hosting = 'hosting';

const lineLimit = 250;
const longer: Record<string, string> = {
  'libs/reports/src/report-document.ts': 'the whole shape of a report, and what must hold of it',
};

interface Source {
  path: string;
  /** The lib, where it is in one. */
  lib: string | undefined;
  text: string;
  /** What its imports and exports name. */
  imports: string[];
}
const root = join(import.meta.dirname, '..');
const sources: Source[] = ['apps', 'examples', 'libs']
  .flatMap((top) => readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((name) => `${top}/${name}`))
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.includes('/node_modules/'))
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const imports = [...text.matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*'([^']+)'/gm)].map((match) => match[1]);
    return { path, lib: /^libs\/([^/]+)/.exec(path)?.[1], text, imports };
  });

const isTest = ({ path }: Source) => /-?spec\.ts$|\/test\/|fixtures\.ts$|\/test-[^/]+$/.test(path);
const isWiring = ({ path }: Source) => /\.(controller|module)\.ts$/.test(path);
const product = sources.filter((source) => !isTest(source));
const ofSlices = product.filter(({ lib }) => slices.includes(lib ?? ''));
const pure = product.filter(
  (source) => source.lib && ![...adapters, hosting].includes(source.lib) && !isWiring(source),
);
/** Names of libs that a file imports: `#trainings` and `#trainings/src/...` alike. */
const libsOf = ({ imports }: Source) =>
  imports.filter((name) => name.startsWith('#')).map((name) => name.slice(1).split('/')[0]);
const breaking = (files: Source[], faults: (file: Source) => string[]) =>
  files.flatMap((file) => faults(file).map((fault) => `${file.path}: ${fault}`));

test('recording slices never import one another', () => {
  const ofRecording = sources.filter(({ lib }) => recording.includes(lib ?? ''));
  const others = (file: Source) => libsOf(file).filter((lib) => recording.includes(lib) && lib !== file.lib);
  expect(breaking(ofRecording, others)).toEqual([]);
});

test('hosting -> catalogue -> audit -> reports -> indicators -> recording slices -> event-sourcing <- adapters', () => {
  const level = (lib: string) => arrow.findIndex((libs) => libs.includes(lib));
  const wrong = (file: Source) => {
    const { lib = '' } = file;
    // Of a lib that stands in no line, such as hosting, all of them.
    const below = adapters.includes(lib) ? ['event-sourcing'] : arrow.slice(level(lib) + 1).flat();
    return libsOf(file).filter((other) => other !== lib && !adapters.includes(other) && !below.includes(other));
  };
  expect(
    breaking(
      product.filter(({ lib }) => lib),
      wrong,
    ),
  ).toEqual([]);
});

test('only apps and hosting choose an adapter; controllers, modules and examples may use http', () => {
  const chooses = (lib = '') => adapters.includes(lib) || lib === hosting;
  const libs = product.filter(({ path, lib }) => !path.startsWith('apps/') && !chooses(lib));
  const mayUseHttp = (file: Source) => isWiring(file) || file.path.startsWith('examples/');
  const wrong = (file: Source) =>
    libsOf(file).filter((lib) => adapters.includes(lib) && !(lib === 'http' && mayUseHttp(file)));
  expect(breaking(libs, wrong)).toEqual([]);
});

test('another lib is imported by its name, never by a path', () => {
  const paths = ({ imports }: Source) => imports.filter((name) => /^\.\.\/\.\.\//.test(name));
  expect(
    breaking(
      product.filter(({ lib }) => lib),
      paths,
    ),
  ).toEqual([]);
});

test('purity goes by file name: what is no controller, module, adapter or app imports neither Nest nor I/O', () => {
  const takes = [
    'node:crypto',
    'node:zlib',
    'big.js',
    'class-transformer',
    'class-validator',
    'csv-parse/sync',
    'docx',
    'docx/layout',
    'reflect-metadata',
    'uuid',
  ];
  const wrong = ({ imports }: Source) => imports.filter((name) => !/^[.#]/.test(name) && !takes.includes(name));
  expect(breaking(pure, wrong)).toEqual([]);
});

test('time, ids and look-ups are passed in: no pure file of a slice reads the clock or makes an id', () => {
  const reads = ({ text }: Source) =>
    [...text.matchAll(/\bDate\.now\(|new Date\(\)|Math\.random\(|\bnewId\(|randomUUID\(/g)].map(([use]) => use);
  // The worker's own commands: their correlation id is made where they are sent.
  const sends = 'libs/reports/src/report-submitter.ts';
  expect(
    breaking(
      ofSlices.filter((file) => !isWiring(file) && file.path !== sends),
      reads,
    ),
  ).toEqual([]);
});

test('the index of a lib exports pure files only, and of a slice none of another', () => {
  const indices = [...pure, ...ofSlices].filter(
    ({ path, lib }) => path.endsWith('/src/index.ts') && lib !== 'catalogue',
  );
  const wrong = ({ imports }: Source) =>
    imports.filter((name) => /\.(controller|module)\.js$/.test(name) || !name.startsWith('./'));
  expect(breaking(indices, wrong)).toEqual([]);
});

test('the environment is read by the settings, and by nothing else', () => {
  const allowed = /readSettings\(process\.env\b/g;
  const wrong = ({ text }: Source) => text.replace(allowed, '').match(/process\.env\S*/g) ?? [];
  // A child process on Windows cannot start without SystemRoot.
  const files = product.filter(
    ({ path }) => !/^libs\/hosting\/src\/settings\/settings\.ts$|\/embedded-files\.ts$/.test(path),
  );
  expect(breaking(files, wrong)).toEqual([]);
});

test('a slice is flat', () => {
  expect(ofSlices.map(({ path }) => path).filter((path) => path.split('/').length > 4)).toEqual([]);
});

test(`no file is longer than ${lineLimit} lines, but for those with a reason`, () => {
  const long = product.filter(({ text }) => text.trimEnd().split('\n').length > lineLimit).map(({ path }) => path);
  expect(long.filter((path) => !(path in longer))).toEqual([]);
  expect(Object.keys(longer).filter((path) => !long.includes(path))).toEqual([]);
});

// ── What a change costs (CONTRIBUTING.md): how many hand-written files know of a thing ──

const namedIn = (name: string) =>
  product.filter(({ text }) => new RegExp(`\\b${name}\\b`).test(text)).map(({ path }) => path);
const eventTypes = readdirSync(join(root, 'docs/events')).map((name) => name.replace('.schema.json', ''));
/** Closing a period also posts zeros and asks the ledger (docs/decisions/0007-closing-asks-the-ledger.md). */
const knownElsewhere = ['ClosePeriod', 'PeriodClosed', 'PeriodReopened'];

test('an event is known to the files that state it, decide it and show it, all in its own slice', () => {
  const costly = eventTypes
    .filter((type) => !knownElsewhere.includes(type))
    .map((type) => [type, namedIn(type)] as const)
    .filter(([, files]) => files.length > 3 || new Set(files.map((path) => path.split('/')[1])).size > 1);
  expect(costly).toEqual([]);
});

test('a command is known to the file that states it, the one that decides it, and the controller', () => {
  const commands = pure.flatMap(({ path, text }) =>
    [...text.matchAll(/^export class (\w+)(?: extends \w+)? \{\n {2}@IsId\(\) id!/gm)].map((match) => ({
      path,
      name: match[1]!,
    })),
  );
  expect(commands.length).toBeGreaterThan(80);
  const costly = commands
    .map(({ name }) => [name, namedIn(name).filter((path) => !path.startsWith('examples/'))] as const)
    .filter(([name, files]) => files.length > 3 && !knownElsewhere.includes(name));
  expect(costly).toEqual([]);
});

test('a register is known to its own file, its slice, the catalogue, and those who read it', () => {
  const registers = pure.flatMap(({ text }) =>
    [...text.matchAll(/^export const (\w+) = register</gm)].map((match) => match[1]!),
  );
  const elsewhere = registers.flatMap((name) =>
    namedIn(name).filter(
      (path) =>
        !/^libs\/(audit|catalogue|indicators|monitoring|reports)\/|-register\.ts$|-terms\.ts$|\.controller\.ts$|printer/.test(
          path,
        ),
    ),
  );
  expect(registers.length).toBeGreaterThan(12);
  expect(elsewhere).toEqual([]);
});
