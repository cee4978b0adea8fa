import type { FastifyReply, FastifyRequest } from 'fastify';
import { AttachEvidence, VoidEvidence } from '#evidence';
import { EvidenceOfController } from '#evidence/src/evidence-of.controller.js';
import { Rejection, type Command, type CommandClass } from '#event-sourcing';
import { AddResult } from '#framework';
import { DefineIndicator, readFigure, RecordOpeningBalance, type FigureAnswer } from '#indicators';
import { ReviseNarrative, RevisePortfolioNarrative, WriteNarrative, WritePortfolioNarrative } from '#narratives';
import { RegisterOrganisation } from '#organisations';
import { CreateProgramme } from '#programmes';
import { CreateProject, OpenPeriod } from '#projects';
import { HoldTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';

const [period, programme, text, result, indicator] = [11, 12, 13, 14, 15].map(idOf) as [
  ...[string, string, string, string, string],
];
const other = idOf(2);
const quarter = { period, from: '2022-01-01', to: '2022-03-31', reportType: 'quarterly' } as const;

let world: World;
beforeEach(async () => {
  world = new World();
  const sheet = { title: 'P', currency: 'EUR', timeZone: 'UTC', start: '2021' };
  await world.tell(CreateProject, { id: projectId, reference: 'P', ...sheet });
  await world.tell(CreateProject, { id: other, reference: 'O', ...sheet }, other);
  await world.tell(OpenPeriod, { id: projectId, ...quarter });
});
const codeOf = <C extends Command>(of: CommandClass<C>, fields: C, scope?: string) =>
  world.tell(of, fields, scope).then(
    ({ code }) => code as string,
    (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
  );

test('a narrative of a project knows its periods', async () => {
  const facts = { id: text, about: 'project', period, kind: 'summary', lang: 'en', text: 'T' } as const;
  expect(await codeOf(WriteNarrative, facts, other)).toBe('unknown-period');
  expect(await codeOf(WriteNarrative, facts)).toBe('recorded');
  expect(await codeOf(ReviseNarrative, { id: text, text: 'U' }, other)).toBe('unknown-thing');
  expect(await codeOf(ReviseNarrative, { id: text, text: 'U' })).toBe('recorded');
  expect(await codeOf(ReviseNarrative, { id: text, text: 'U' }, idOf(3))).toBe('unknown-thing');
});

test('a narrative of a portfolio knows the programmes', async () => {
  const facts = { id: text, about: 'programme', subject: programme, kind: 'outlook', lang: 'ar', text: 'T' } as const;
  expect(await codeOf(WritePortfolioNarrative, facts, 'ledger')).toBe('unknown-programme');
  await world.tell(CreateProgramme, { id: programme, title: 'P', kind: 'portfolio' }, 'ledger');
  expect(await codeOf(WritePortfolioNarrative, facts, 'ledger')).toBe('recorded');
  expect(await codeOf(RevisePortfolioNarrative, { id: text, text: 'U' }, 'ledger')).toBe('recorded');
  const region = { ...facts, id: idOf(20), about: 'region', subject: '015' } as const;
  expect(await codeOf(WritePortfolioNarrative, region, 'ledger')).toBe('recorded');
});

test('evidence is of things of the project, or of the ledger', async () => {
  const [training, organisation] = [idOf(21), idOf(22)];
  const file = {
    kind: 'certificate',
    title: 'F',
    sha256: 'a'.repeat(64),
    size: 1,
    mediaType: 'application/pdf',
  } as const;
  const attach = (id: number, category: string, thing: string, scope?: string) =>
    codeOf(AttachEvidence, { id: idOf(id), ...file, reference: 'Box 1', category, thing }, scope);
  await world.tell(HoldTraining, { id: training, kind: 'training', title: 'T', occurredOn: '2022-02' });
  await world.tell(RegisterOrganisation, { id: organisation, name: 'O', kind: 'other' }, 'ledger');
  expect(await attach(31, 'training', training)).toBe('recorded');
  expect(await attach(32, 'organisation', organisation)).toBe('recorded');
  expect(await attach(33, 'training', organisation)).toBe('unknown-thing');
  expect(await attach(34, 'nonsense', training)).toBe('unknown-thing');
  expect(await attach(35, 'training', training, other)).toBe('unknown-thing');
});

test('the evidence of one thing is listed in pages, as of then, and up to a day', async () => {
  const [one, two] = [idOf(21), idOf(22)];
  for (const id of [one, two]) await world.tell(HoldTraining, { id, kind: 'training', title: 'T' });
  const file = { kind: 'invoice', title: 'F', sha256: 'a'.repeat(64), size: 1, mediaType: 'image/png' } as const;
  const attach = (id: string, thing: string, occurredOn?: string) =>
    world.tell(AttachEvidence, { id, ...file, reference: 'Box 1', category: 'training', thing, occurredOn });
  await attach(idOf(31), one, '2022-05');
  await attach(idOf(32), two);
  await attach(idOf(33), one, '2022-02');
  const list = async (query: Record<string, string> = {}, project = projectId) => {
    await world.catchUp();
    let sent: unknown;
    const reply = { header: () => reply, code: () => reply, send: (body: unknown) => void (sent = body) };
    const request = { query, params: { project, id: one }, headers: {} } as unknown as FastifyRequest;
    await new EvidenceOfController(world.reads, world.store).list(request, reply as unknown as FastifyReply);
    return sent as { items: { id: string; data: { sameFile: string[] } }[]; next: string | null };
  };
  const ids = async (query?: Record<string, string>, project?: string) =>
    (await list(query, project)).items.map(({ id }) => id);
  expect(await ids()).toEqual([idOf(31), idOf(33)]);
  expect((await list()).items[0]!.data.sameFile).toEqual([idOf(32), idOf(33)]);
  expect(await ids({ occurredUntil: '2022-03-31' })).toEqual([idOf(33)]);
  const { next } = await list({ limit: '1' });
  expect(await ids({ limit: '1', after: next! })).toEqual([idOf(33)]);
  // Nor is it told that another project has some.
  await expect(ids({}, other)).rejects.toThrow('Nothing here is evidence');
  const asOf = String(world.store.log.length);
  const reason = { code: 'data-quality', text: 'Because.' } as const;
  await world.tell(VoidEvidence, { id: idOf(33), reason });
  expect((await list()).items).toMatchObject([{ data: { status: 'attached' } }, { data: { status: 'voided' } }]);
  expect((await list({ asOf })).items).toMatchObject([
    { data: { status: 'attached' } },
    { data: { status: 'attached' } },
  ]);
});

test('an opening balance knows its indicator, and counts before what is recorded fact by fact', async () => {
  const opening = { id: indicator, value: '40', occurredOn: '2021-12-31', source: 'Report of 2021' };
  expect(await codeOf(RecordOpeningBalance, opening)).toBe('unknown-indicator');
  await world.tell(AddResult, { id: result, title: 'R', order: 1 });
  const definition = { id: indicator, result, name: 'I', unit: 'u', order: 1, direction: 'ascending' } as const;
  const measure = { kind: 'count', of: 'training' } as const;
  await world.tell(DefineIndicator, { ...definition, accumulation: 'running-total', measure });
  expect(await codeOf(RecordOpeningBalance, opening, other)).toBe('unknown-indicator');
  expect(await codeOf(RecordOpeningBalance, { ...opening, value: '1.5' })).toBe('not-a-count');
  expect(await codeOf(RecordOpeningBalance, { ...opening, occurredOn: '2099-01-01' })).toBe('in-the-future');
  expect(await codeOf(RecordOpeningBalance, opening)).toBe('recorded');
  await world.tell(HoldTraining, { id: idOf(21), kind: 'training', title: 'T', occurredOn: '2022-02' });

  const asOf = await world.catchUp();
  const figure = async (from: string | null, to: string) =>
    (await readFigure(world.reads, world.ledger, {
      ...{ project: projectId, indicator, window: { from, to }, asOf },
    })) as FigureAnswer;
  expect(await figure(null, '2022-03-31')).toMatchObject({ value: '41', entries: [{ value: '40' }, { value: '1' }] });
  expect(await figure('2022-01-01', '2022-03-31')).toMatchObject({ value: '1' });
  expect(await figure(null, '2021-12-31')).toMatchObject({ value: '40' });
});
