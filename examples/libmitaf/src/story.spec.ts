import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { bindings } from '#catalogue';
import { parseOccurrence, type CommandClass } from '#event-sourcing';
import { readFacts } from './facts.js';
import { id } from './ids.js';
import { betweenTheYears, firstYear, secondYear, story } from './story.js';
import type { Chapter, CommandName, Step } from './step.js';

const facts = readFacts();
const steps = story(facts).flatMap((chapter) => chapter.steps);
const stepsOf = (chapters: readonly Chapter[]) => chapters.flatMap((chapter) => chapter.steps);
const those = (among: readonly Step[], command: CommandName) => among.filter((step) => step.command === command);
/** As they arrive: what is undefined is not sent. */
const sent = (step: Step) => JSON.parse(JSON.stringify(step.body)) as Record<string, unknown>;

const commands = Object.assign(
  {},
  ...bindings(() => Promise.resolve([])).map(({ decider }) => decider.commands as object),
) as Record<string, CommandClass>;

// ── Form ──

test.each(steps.map((step) => [step.key, step] as const))('%s is a command that can be sent', (_, step) => {
  const command = plainToInstance(commands[step.command] as CommandClass, { ...sent(step), id: step.thing });
  expect(validateSync(command, { whitelist: true, forbidNonWhitelisted: true })).toEqual([]);
  expect(step.key).toMatch(/^[ -~]{1,255}$/);
});

test('keys are unique, and so are the things that are made', () => {
  const creations = steps.filter((step) => 'id' in step.body).map((step) => (step.body as { id: string }).id);
  expect(new Set(steps.map((step) => step.key)).size).toBe(steps.length);
  expect(new Set(creations).size).toBe(creations.length);
});

test('ids follow from names, and the story is the same each time it is told', () => {
  expect(id('activity', 'line-11')).toBe('f0fe4dd7-d5db-5211-86a9-a659bdff3c53');
  expect(story(readFacts())).toEqual(story(facts));
});

test('paths are those of the API', () => {
  const paths = new Set(steps.map((step) => step.path.replace(/[0-9a-f-]{36}/g, '*')));
  expect(paths).toContain('/v1/projects/*/activities/*/link-activity');
  expect(paths).toContain('/v1/organisations/*/record-organisation-status');
  expect(paths).toContain('/v1/projects/*/periods/*/close-period');
  expect(paths).toContain('/v1/projects/*/open-period');
});

// ── The facts ──

test('the facts are those that were read', () => {
  expect(facts.workplan).toHaveLength(53);
  expect(facts.activities).toHaveLength(19);
  expect(facts.activities.filter((row) => row.code === '1.3')).toHaveLength(2);
  expect(facts.logframe).toHaveLength(5);
  expect(facts.meetings).toHaveLength(18);
  expect(new Set(facts.meetings.map((row) => row.group)).size).toBe(7);
  const lines = facts.budget.filter((row) => row.heading !== 'PRINTED TOTAL');
  expect(lines).toHaveLength(6);
  expect(lines.reduce((sum, row) => sum + Number(row.amount_eur), 0)).toBe(2_550_060);
});

const first = stepsOf(firstYear(facts));

test('the first year records as many of everything as the facts have', () => {
  const planned = those(first, 'PlanActivity').map(sent);
  expect(planned.filter((body) => body.kind === 'logframe-activity')).toHaveLength(19);
  expect(planned.filter((body) => body.kind !== 'logframe-activity')).toHaveLength(53);
  expect(planned.filter((body) => body.kind === 'other')).toEqual([]);
  const meetings = those(first, 'RecordMeeting').map(sent);
  expect(meetings.filter((body) => body.purpose === 'coordination')).toHaveLength(18);
  expect(meetings.filter((body) => body.attended)).toHaveLength(1);
  expect(those(first, 'CompleteActivity').map((step) => sent(step).occurredOn)).toEqual([
    '2022-02-02',
    '2022-03-22',
    '2022-03-22/2022-03-23',
  ]);
  expect(those(first, 'DefineIndicator')).toHaveLength(5);
  expect(those(first, 'AddHeading')).toHaveLength(6);
});

test('what the facts do not state is left out', () => {
  const bodies = first.map(sent);
  const [project] = those(first, 'CreateProject').map(sent);
  expect(project).not.toHaveProperty('donors');
  const [hold] = those(first, 'HoldStrand').map(sent);
  expect(hold).not.toHaveProperty('since');
  expect(
    those(first, 'AddResult')
      .map(sent)
      .some((body) => 'level' in body),
  ).toBe(false);
  const [plan] = those(first, 'AdoptPlan').map(sent) as [
    { months: string[]; lines: { months?: string[]; monthCount?: number }[] },
  ];
  expect(plan).not.toHaveProperty('adoptedOn');
  expect(plan.months).toHaveLength(11);
  expect(plan.lines.some((line) => line.months)).toBe(false);
  expect(plan.lines.filter((line) => line.monthCount === 4)).toHaveLength(2);
  for (const command of ['HoldTraining', 'RecordHeadcount', 'RecordExpenditure', 'RecordOrganisationStatus'] as const) {
    expect(those(first, command)).toEqual([]);
  }
  // Not one place or country of ours: those that are there stand in the facts.
  const places = new Set(facts.meetings.map((row) => row.place));
  for (const { place } of bodies as { place?: string }[]) if (place !== undefined) expect(places).toContain(place);
});

test('links are by subject, and never read off a number', () => {
  const links = [...those(first, 'LinkActivity'), ...those(first, 'AddStrand')].map(sent);
  for (const { basis } of links) expect([undefined, 'by-subject']).toContain(basis);
  // Lines of strand 1 (dialogues) belong to activities 2.x, those of strand 2 to 3.x; lines 50 and 54 to none.
  const of = (line: string) =>
    those(first, 'LinkActivity')
      .filter((step) => step.thing === id('activity', line))
      .map((step) => sent(step).target);
  expect(of('line-15')).toEqual([id('activity', 'row-9')]);
  expect(of('line-50')).toEqual([]);
  expect(of('row-9')).toEqual([id('result', '2.1.1')]);
  expect(of('row-3')).toEqual([]);
});

// ── The second year ──

const second = stepsOf(secondYear());
const isLate = (step: Step) => (step.body as { reason?: { code: string } }).reason?.code === 'recorded-late';

test('everything that is invented is dated in the second year, but for the one meeting that is recorded late', () => {
  expect(second.filter(isLate)).toHaveLength(1);
  for (const step of second) {
    const { occurredOn, since } = step.body as { occurredOn?: string; since?: string };
    const date = occurredOn ?? since;
    if (date === undefined) continue;
    const { first: from, last: to } = parseOccurrence(date);
    const inside = from !== null && to !== null && from >= '2022-04-01' && to <= '2023-03-31';
    expect([step.key, inside]).toEqual([step.key, !isLate(step)]);
  }
});

test('the project says that the second year is invented', () => {
  const [{ notice }] = those(first, 'CreateProject').map(sent) as [{ notice: string }];
  expect(notice).toContain('The second year (April 2022 to March 2023) is invented');
  expect(notice.length).toBeLessThanOrEqual(1_000);
});

test('the second year has what is worth showing', () => {
  const reasons = second.flatMap((step) => (step.body as { reason?: { code: string } }).reason?.code ?? []);
  expect(reasons).toEqual(
    expect.arrayContaining(['recorded-late', 'recorded-twice', 'data-quality', 'adaptive-management']),
  );
  for (const command of [
    'HoldActivity',
    'ResumeActivity',
    'PostponeActivity',
    'CancelActivity',
    'ReviseTarget',
  ] as const) {
    expect(those(second, command)).toHaveLength(1);
  }
  expect(those(second, 'HoldTraining').length).toBeGreaterThanOrEqual(10);
  expect(those(stepsOf(betweenTheYears()), 'ClosePeriod')).toHaveLength(1);
});
