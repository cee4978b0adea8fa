import type { FastifyReply, FastifyRequest } from 'fastify';
import { RecordExpenditure } from '#budget';
import { Rejection, type Command, type CommandClass } from '#event-sourcing';
import { controllersOf, ProjectRegister, specOf } from '#http';
import { CreateProject, projectRegister } from '#projects';
import {
  ApproveFact,
  readUnapproved,
  RequireReview,
  ReturnFact,
  reviewRegister,
  reviewRuleRegister,
  VoidReviewRule,
} from '#reviews';
import { ReviewableRegisters, UnapprovedController } from '#reviews/src/unapproved.controller.js';
import { CorrectTraining, HoldTraining, VoidTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { bindings } from './bindings.js';
import { CatalogueModule } from './catalogue.module.js';
import { reviewableOf } from './review-bindings.js';

const specs = controllersOf(CatalogueModule).flatMap((controller) => specOf(controller) ?? []);
const ofProjects = specs.filter(({ scope, register }) => scope === 'project' && register);
const facts = new Map(ofProjects.map(({ decider, register }) => [decider.category, register!]));
const registers = { rules: reviewRuleRegister, reviews: reviewRegister, facts };
const reason = { code: 'data-quality', text: 'Because.' } as const;
const [first, second, third, rule] = [11, 12, 13, 14].map(idOf) as [string, string, string, string];
const held = (id: string, occurredOn?: string) => ({ id, kind: 'training', title: 'T', occurredOn }) as const;

let world: World;
beforeEach(async () => {
  world = new World();
  const sheet = { reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' };
  await world.tell(CreateProject, { id: projectId, ...sheet });
  await world.tell(HoldTraining, held(first, '2022-03'));
  await world.tell(HoldTraining, held(second, '2021-12'));
  await world.tell(HoldTraining, held(third));
});

/** As somebody else tells it, who recorded none of the facts. */
const review = <C extends Command>(of: CommandClass<C>, fields: C, scope = projectId) =>
  world.recorder
    .record(Object.assign(new of(), fields), {
      ...{ actor: idOf(3), roles: ['manager'], scope, correlationId: idOf(0) },
      idempotencyKey: `${world.store.log.length}`,
    })
    .then(
      ({ code }) => code as string,
      (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
    );
const unapproved = async (ask: { asOf?: number; occurredUntil?: string; limit?: number; after?: string } = {}) => {
  await world.catchUp();
  const found = await readUnapproved(world.reads, registers, { project: projectId, limit: 10, ...ask });
  return found.map(({ key, state }) => [key, state]);
};
const category = 'training';

test('what can be approved is what projects have of their own', () => {
  const categories = bindings(() => Promise.resolve([])).map(({ decider }) => decider.category);
  const beside = ['review', 'review-rule', 'redaction', 'restoration'];
  const reviewable = [...reviewableOf(categories)].filter((one) => !beside.includes(one));
  expect(reviewable).toEqual([...facts.keys()].filter((one) => !beside.includes(one)).sort());
});

test('an approval knows the thing: its events, and who recorded them', async () => {
  expect(await review(ApproveFact, { id: first, category, revision: 1 })).toBe('changed-since');
  expect(await review(ApproveFact, { id: first, category: 'expenditure', revision: 0 })).toBe('unknown-thing');
  expect(await review(ApproveFact, { id: first, category: 'nonsense', revision: 0 })).toBe('unknown-thing');
  expect(await review(ApproveFact, { id: first, category, revision: 0 })).toBe('recorded');
  expect(await review(ApproveFact, { id: first, category, revision: 0 })).toBe('already-so');
  await expect(world.tell(ApproveFact, { id: second, category, revision: 0 })).rejects.toThrow('recorded some of it');
  const other = idOf(2);
  const sheet = { reference: 'O', title: 'O', currency: 'EUR', timeZone: 'UTC' };
  await world.tell(CreateProject, { id: other, ...sheet }, other);
  expect(await review(ApproveFact, { id: second, category, revision: 0 }, other)).toBe('unknown-thing');
  expect(await review(RequireReview, { id: rule, categories: ['organisation'] })).toBe('not-reviewable');
});

describe('what waits for approval', () => {
  test('is nothing where no rule asks for it', async () => expect(await unapproved()).toEqual([]));

  test('is what took place, or could have, on the days of a rule', async () => {
    await world.tell(RequireReview, { id: rule, categories: [category], from: '2022-01-01' });
    expect(await unapproved()).toEqual([
      [first, 'new'],
      [third, 'new'],
    ]);
    await world.tell(RequireReview, { id: idOf(15), categories: [category, 'expenditure'], to: '2021-12-31' });
    expect((await unapproved()).map(([id]) => id)).toEqual([first, second, third]);
    expect((await unapproved({ occurredUntil: '2021-12-31' })).map(([id]) => id)).toEqual([second, third]);
  });

  test('is no more once it is approved, until it changes; as of then it is as it was', async () => {
    await world.tell(RequireReview, { id: rule, categories: [category], from: '2022-01-01', to: '2022-12-31' });
    await world.tell(VoidTraining, { id: third, reason });
    expect(await review(ApproveFact, { id: third, category, revision: 1 })).toBe('recorded');
    const before = await world.catchUp();
    await review(ApproveFact, { id: first, category, revision: 0 });
    expect(await unapproved()).toEqual([]);
    await review(ReturnFact, { id: first, category, revision: 0, reason });
    expect(await unapproved()).toEqual([[first, 'returned']]);
    await world.tell(CorrectTraining, { ...held(first, '2022-04'), reason });
    expect(await unapproved()).toEqual([[first, 'changed']]);
    expect(await unapproved({ asOf: before })).toEqual([[first, 'new']]);
    await world.tell(VoidReviewRule, { id: rule, reason });
    expect(await unapproved()).toEqual([]);
  });

  test('comes in pages, over all kinds', async () => {
    await world.tell(RequireReview, { id: rule, categories: [category, 'dialogue'] });
    const pages = [await unapproved({ limit: 2 }), await unapproved({ limit: 2, after: `${category}.${second}` })];
    expect(pages.map((page) => page.map(([id]) => id))).toEqual([[first, second], [third]]);
    expect(await unapproved({ after: `${category}.${third}` })).toEqual([]);
    expect(await unapproved({ after: `activity.${third}` })).toHaveLength(3);
  });
});

test('over HTTP it says who recorded it, and which revision to approve', async () => {
  await world.tell(RequireReview, { id: rule, categories: [category] });
  const list = async (query: Record<string, string>, project = projectId) => {
    await world.catchUp();
    let sent: unknown;
    const reply = { header: () => reply, code: () => reply, send: (body: unknown) => void (sent = body) };
    const request = { query, params: { project }, headers: {} } as unknown as FastifyRequest;
    const ports = [new ReviewableRegisters(facts), new ProjectRegister(projectRegister)] as const;
    const controller = new UnapprovedController(world.reads, world.store, ...ports);
    await controller.list(request, reply as unknown as FastifyReply);
    return sent as { items: object[]; next: string | null };
  };
  const page = await list({ limit: '2' });
  expect(page.items).toMatchObject([
    { id: first, category, state: 'new', revision: 0, actor: expect.any(String) as string, data: { title: 'T' } },
    { id: second },
  ]);
  expect(await list({ limit: '2', after: page.next! })).toMatchObject({ items: [{ id: third }], next: null });
  expect((await list({ asOf: '4' })).items).toEqual([]);
  await expect(list({}, idOf(99))).rejects.toMatchObject({ status: 404 });
});

test('a kind of which a project has nothing is no fault', async () => {
  await world.tell(RequireReview, { id: rule, categories: ['expenditure'] });
  expect(await unapproved()).toEqual([]);
  await expect(world.tell(RecordExpenditure, { id: idOf(20), heading: idOf(21), amount: 1 })).rejects.toThrow(
    'no such heading',
  );
});
