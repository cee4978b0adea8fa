// JSON Schemas of event types, from the TypeScript unions in the slices (`export type TrainingEvent = ...`).
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createFormatter, createParser, DEFAULT_CONFIG, SchemaGenerator } from 'ts-json-schema-generator';

// The TypeScript that the generator was built with: nodes of another version are not its own.
const require = createRequire(import.meta.url);
export const ts = createRequire(require.resolve('ts-json-schema-generator'))('typescript');

/** Source files of the libs, without tests. */
export const sourceFiles = () =>
  readdirSync('libs', { recursive: true })
    .map((name) => `libs/${name.replaceAll('\\', '/')}`)
    .filter((name) => /^libs\/[^/]+\/src\/[^/]+\.ts$/.test(name) && !name.endsWith('spec.ts'))
    .sort();

// One event alone stands on one line.
const UNION = /^export type (\w+Event) =(?:$| \{ type: )/gm;

/** By event type: its slice, and the schema of its `data`. */
export function eventSchemas(root) {
  const unions = sourceFiles().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(UNION)].map(([, name]) => ({ file, name, slice: file.split('/')[1] })),
  );
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile('tsconfig.json', ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(
    unions.map(({ file }) => file),
    { ...options, noEmit: true, types: [] },
  );
  const config = { ...DEFAULT_CONFIG, expose: 'none', topRef: false, jsDoc: 'extended', skipTypeCheck: true };
  const generator = new SchemaGenerator(program, createParser(program, config), createFormatter(config), config);
  const schemas = new Map();
  for (const { name, slice, file } of unions) {
    for (const [type, data] of eventsOf(generator.createSchema(name), name)) {
      if (schemas.has(type)) throw new Error(`${type} is an event of two unions`);
      schemas.set(type, { slice, file, data });
    }
  }
  return schemas;
}

/** The union's members are `{ type: 'TrainingHeld', data: ... }`. */
function eventsOf({ anyOf, $schema: _, definitions, ...one }, union) {
  if (definitions && Object.keys(definitions).length > 0) throw new Error(`${union} refers to itself`);
  return (anyOf ?? [one]).map(({ properties }) => [properties.type.const, properties.data]);
}
