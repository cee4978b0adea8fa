// Writes what is generated from the code: docs/events.md, docs/events/*.schema.json, docs/openapi.json,
// docs/asyncapi.json, docs/settings.md, docs/coverage.md, and new shapes into test/golden/event-schemas.json and published-events.json. With --check it writes nothing and fails where a file is not up to date.
// With --accept the golden shapes are replaced: only for shapes of which no data of users exist.
import './node-check.mjs';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { breaksOf, publishedOf } from '../test/support/published-shapes.ts';
import { asyncApi } from './asyncapi.mjs';
import { coveragePage } from './coverage.mjs';
import { eventCatalogue } from './event-catalogue.mjs';
import { eventSchemas } from './event-schemas.mjs';
import { withNewShapes } from './golden-shapes.mjs';

const isCheck = process.argv.includes('--check');
const isAccept = process.argv.includes('--accept');
const root = join(import.meta.dirname, '..');
process.chdir(root);

const GOLDEN = 'test/golden/event-schemas.json';
const PUBLISHED = 'test/golden/published-events.json';
const SCHEMAS = 'docs/events';

const built = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
if (built.status !== 0) process.exit(1);
const load = (path) => import(`../dist/libs/${path}`);
const { bindings, registers } = await load('catalogue/src/index.js');
const { CatalogueModule } = await load('catalogue/src/catalogue.module.js');
const { calendarOf } = await load('projects/src/index.js');
const { answers, controllersOf, HttpModule, openApi } = await load('http/src/index.js');
const { toCloudEvent } = await load('kafka/src/cloud-event.js');
const { MESSAGE_BYTES, stated, topicsOf } = await load('kafka/src/topics.js');
const { templates } = await load('reports/src/interim-report.js');
const { settingsPage } = await load('hosting/src/settings/settings-page.js');
const { engineSettings } = await load('hosting/src/settings/engine-settings.js');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const deciders = bindings().map(({ decider }) => decider);
const schemas = eventSchemas(root);
const known = new Set(deciders.flatMap(({ evolve }) => Object.keys(evolve)));
const orphans = [...schemas.keys()].filter((type) => !known.has(type));
if (orphans.length > 0) throw new Error(`no decider of the catalogue knows the events ${orphans.join(', ')}`);

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const ofEvent = (type, { data }) => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: `urn:attest:event:${type}:1`,
  title: type,
  ...data,
});
const shapes = Object.fromEntries(
  [...schemas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, { data }]) => [type, data]),
);
const golden = isAccept ? {} : JSON.parse(read(GOLDEN) ?? '{}');

// Only the routes are read: no port is called.
const routes = controllersOf(HttpModule.with({ bindings: [] }, [CatalogueModule]));
const { ledgerName, kafkaPartitions } = engineSettings;
const kafka = { ledger: ledgerName.otherwise, partitions: Number(kafkaPartitions.otherwise) };
const streams = asyncApi({
  ...{ version, schemas, answers, toCloudEvent, messageBytes: MESSAGE_BYTES },
  ...{ topics: topicsOf(kafka.ledger), stated: stated(kafka) },
});
// Additions are taken in; what would break its readers is left for test/published-events.spec.ts to find.
const published = publishedOf(streams);
const knownPublished = JSON.parse(read(PUBLISHED) ?? 'null');
const isBroken = !isAccept && knownPublished !== null && breaksOf(knownPublished, published).length > 0;

const api = openApi(routes, version);
const coverage = coveragePage({
  commands: new Set(deciders.flatMap(({ commands }) => Object.keys(commands))),
  registers: new Set(registers.map(({ name }) => name)),
  routes: new Set(Object.entries(api.paths).flatMap(([path, { get }]) => (get ? [`GET ${path}`] : []))),
  parts: new Set(Object.entries(templates).flatMap(([name, parts]) => parts.map((part) => `${name}: ${part}`))),
});

const files = new Map([
  ['docs/events.md', `${eventCatalogue({ schemas, deciders, registers, dateRejections: calendarOf.rejections })}\n`],
  ...[...schemas].map(([type, schema]) => [`${SCHEMAS}/${type}.schema.json`, json(ofEvent(type, schema))]),
  ['docs/openapi.json', json(api)],
  ['docs/coverage.md', `${coverage}\n`],
  ['docs/asyncapi.json', json(streams)],
  ['docs/settings.md', settingsPage()],
  [PUBLISHED, json(isBroken ? knownPublished : published)],
  [GOLDEN, json(withNewShapes(golden, shapes))],
]);

const stale = [...files].filter(([path, text]) => read(path) !== text).map(([path]) => path);
const leftOver = (isDirectory(SCHEMAS) ? readdirSync(SCHEMAS) : [])
  .map((name) => `${SCHEMAS}/${name}`)
  .filter((path) => !files.has(path));
if (isCheck) {
  for (const path of stale) console.log(`not up to date: ${path}`);
  for (const path of leftOver) console.log(`generated from nothing any more: ${path}`);
  process.exitCode = stale.length + leftOver.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, files.get(path));
  }
  for (const path of leftOver) rmSync(path);
  console.log(`${schemas.size} events; ${stale.length} files written, ${leftOver.length} removed`);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isDirectory(path) {
  try {
    return readdirSync(path).length >= 0;
  } catch {
    return false;
  }
}
