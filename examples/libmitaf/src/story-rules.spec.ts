import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { plainToInstance } from 'class-transformer';
import { bindings } from '#catalogue';
import { open, Recorder, type Command, type CommandClass, type LedgerEntry, type OrderedEvent } from '#event-sourcing';
import { rows } from '#event-sourcing/src/given-when-then.js';
import { entriesOf, factRegister, figureOf, indicatorRegister, type FactRow, type IndicatorRow } from '#indicators';
import { indicatorId, unstatedIndicators } from './first-year-frame.js';
import { id, projectId } from './ids.js';
import { MemoryEventStore } from '../../../test/support/memory-event-store.js';
import type { Actor, Step } from './step.js';
import { story } from './story.js';

/** The whole story through the rules, without a database: no step may be refused. */

const actors: Record<Actor, string> = {
  administrator: '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a01',
  manager: '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a02',
  officer: '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a03',
};
const bound = bindings(() => Promise.resolve(unstatedIndicators.map((indicator) => ({ indicator, name: indicator }))));
const commands = Object.assign({}, ...bound.map(({ decider }) => decider.commands as object)) as Record<
  string,
  CommandClass
>;
const steps = story().flatMap((chapter) => chapter.steps);

const store = new MemoryEventStore();
const recorder = new Recorder(store, Buffer.alloc(32, 7), bound, () => new Date('2023-05-02T08:00:00Z'));

function record(step: Step) {
  const body = JSON.parse(JSON.stringify(step.body)) as object;
  const command = plainToInstance(commands[step.command] as CommandClass, { ...body, id: step.thing }) as Command;
  return recorder.record(command, {
    actor: actors[step.actor],
    roles: [step.actor],
    scope: step.path.startsWith('/v1/organisations') ? 'ledger' : projectId,
    idempotencyKey: step.key,
    correlationId: 'story',
  });
}

const refused: string[] = [];
const codes: string[] = [];

beforeAll(async () => {
  for (const step of steps) {
    await record(step).then(
      ({ code }) => codes.push(code),
      (fault: unknown) => refused.push(`${step.key}: ${String(fault)}`),
    );
  }
});

test('no step is refused, and each records something', () => {
  expect(refused).toEqual([]);
  expect(new Set(codes)).toEqual(new Set(['recorded']));
});

test('told a second time it records nothing', async () => {
  const before = store.log.length;
  for (const step of steps) expect(await record(step)).toMatchObject({ code: 'already-recorded' });
  expect(store.log).toHaveLength(before);
});

test('every event has the shape that its schema in docs/events says', () => {
  const ajv = addFormats.default(new Ajv.Ajv({ allErrors: true, strict: false }));
  const faults = store.log.flatMap(({ type, data }) => {
    const schema = JSON.parse(readFileSync(`docs/events/${type}.schema.json`, 'utf8')) as object;
    const fits = ajv.getSchema(type) ?? ajv.addSchema(schema, type).getSchema(type)!;
    return fits(JSON.parse(data)) ? [] : [`${type}: ${ajv.errorsText(fits.errors)}`];
  });
  expect(faults).toEqual([]);
});

test('no event holds a free text, and none the name of an actor', () => {
  const log = JSON.stringify(store.log.map(({ data, meta }) => data + meta));
  expect(log).not.toContain('One participant had signed');
  expect(log).not.toContain('The minutes came after');
});

// ── What it comes to ──

const ordered = () =>
  store.log.map((stored, index) => ({ ...open(stored), ordinal: index + 1 }) as OrderedEvent & { data: object });

/** The figure of an indicator in a window, from the facts as they are understood at the end. */
async function figure(name: string, from: string | null, to: string): Promise<string | null> {
  const events = ordered();
  const facts = (await rows(factRegister, ...events)) as FactRow[];
  const own = events.filter((event) => event.thing === indicatorId(name));
  const [indicator] = (await rows(indicatorRegister, ...own)) as [IndicatorRow];
  const entries = facts.flatMap((fact) =>
    entriesOf(fact, indicator.measure, indicatorId(name))
      .filter((posted) => posted.breakdown === '')
      .map((posted, ordinal): LedgerEntry => ({
        ...posted,
        indicator: name,
        definition: 1,
        ordinal,
        eventId: fact.thing,
        scope: projectId,
        sign: 1,
        fact: fact.thing,
      })),
  );
  return figureOf(entries, { kind: indicator.measure.kind, accumulation: indicator.accumulation }, { from, to }).value;
}

test.each([
  // indicator, first year, second year, cumulative
  ['dialogues-attended', '1', '2', '3'],
  ['diaspora-events', null, '3', '3'],
  ['diaspora-participants', null, '90', '90'],
  ['cso-events', null, '2', '2'],
  ['cso-networks', null, '1', '1'],
])(
  '%s stands at %s after the first year, adds %s in the second and comes to %s',
  async (name, before, during, after) => {
    expect(await figure(name, '2021-04-01', '2022-03-31')).toBe(before);
    expect(await figure(name, '2022-04-01', '2023-03-31')).toBe(during);
    expect(await figure(name, null, '2023-03-31')).toBe(after);
  },
);

test('18 coordination meetings of the first year when the interim report was asked for, 19 in the end', () => {
  const events = ordered();
  const requested = events.findIndex(
    (event) => event.type === 'ReportRequested' && event.thing === id('report', 'interim'),
  );
  const coordination = (until: number) =>
    events.slice(0, until).filter(({ type, data }) => {
      const { purpose, occurredOn } = data as { purpose?: string; occurredOn?: string };
      return type === 'MeetingRecorded' && purpose === 'coordination' && (occurredOn ?? '') <= '2022-03-31';
    }).length;
  expect(coordination(requested)).toBe(18);
  expect(coordination(events.length)).toBe(19);
});
