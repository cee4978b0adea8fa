// A programme, told in real commands through the real rules: ten projects of about 1,000 events in three years, and the
// 60 organisations that they share. (The one real project at hand, examples/libmitaf, has 304 commands in two years, with
// fewer trainings and meetings in a month; what these are like is taken from it.) A project has a logframe with indicators and targets, a work plan, six reporting
// periods (the first four closed), and month by month trainings with headcounts, meetings, expenditures, values that
// somebody reported, and activities that begin and end. 3 % of what is recorded is corrected later, 1 % comes late, from
// a manager with a reason, and every tenth fact has a note. All of it follows from the seed.
import { bindings } from '#catalogue';
import * as activities from '#activities';
import * as budget from '#budget';
import { EventStore, Recorder, ConcurrencyConflict } from '#event-sourcing';
import * as framework from '#framework';
import * as indicators from '#indicators';
import * as meetings from '#meetings';
import * as organisations from '#organisations';
import * as projects from '#projects';
import * as trainings from '#trainings';
import { chanceOf } from './stats.mjs';

const classes = {
  ...activities,
  ...budget,
  ...framework,
  ...indicators,
  ...meetings,
  ...organisations,
  ...projects,
  ...trainings,
};
const PERIODS = ['2019-01-01/2019-06-30', '2019-07-01/2019-12-31', '2020-01-01/2020-06-30'].concat([
  '2020-07-01/2020-12-31',
  '2021-01-01/2021-06-30',
  '2021-07-01/2021-12-31',
]);
const MONTHS = Array.from({ length: 36 }, (_, index) => `${2019 + Math.floor(index / 12)}-${two((index % 12) + 1)}`);
const PLACES = ['Tunis', 'Tripoli', 'Benghazi', 'Sabha', 'Misrata', 'Zuwara'];
const THEMES = [
  'data of migration',
  'labour mobility',
  'protection',
  'diaspora',
  'return',
  'consular services',
  'budgeting',
];
const KINDS = ['training', 'workshop', 'study-visit', 'conference'];
const ORGANISATION_KINDS = [
  'public-authority',
  'civil-society-organisation',
  'civil-society-network',
  'academia',
  'donor',
];

/**
 * The events in their order, with their texts, and what can be asked for by id. `scale`: how many times the facts of a
 * usual project each has.
 */
export async function tellProgramme({ seed, projects: count = 10, scale = 1 }) {
  const teller = new Teller(seed);
  const known = await registerOrganisations(teller);
  const told = [];
  for (let index = 0; index < count; index += 1) told.push(await setUp(teller, known, { index, scale }));
  for (const [index, month] of MONTHS.entries()) {
    teller.now = new Date(`${month}-28T09:00:00.000Z`);
    for (const project of told) await aMonth(teller, project, { month, index, scale });
    // A period is closed in the month after it; the last two stay open.
    if (index % 6 === 0 && index > 0 && index <= 24) {
      for (const project of told) {
        await teller.tell('ClosePeriod', { id: project.periods[index / 6 - 1].id, answers: [] }, project.id, 'manager');
      }
    }
  }
  const shown = told.map(({ id, periods, indicators: own, activities: lines }) => {
    return { id, periods, indicators: own, activities: lines };
  });
  return { log: teller.store.log, projects: shown };
}

/** Sends commands to the recorder as people would, and keeps the time and the chance of the story. */
class Teller {
  now = new Date('2018-12-03T09:00:00.000Z');
  store = new Log(() => this.now);
  #keys = 0;

  constructor(seed) {
    this.chance = chanceOf(seed);
    const bytes = (count) => Buffer.from(this.chance.hex(2 * count), 'hex');
    const rules = bindings(() => Promise.resolve([]));
    this.recorder = new Recorder(this.store, Buffer.alloc(32, 7), rules, () => this.now, bytes);
    this.actors = { officer: this.uuid('4'), manager: this.uuid('4') };
  }

  /** As clients make them: a UUIDv7 of the story's time. */
  id() {
    const time = this.now.getTime().toString(16).padStart(12, '0');
    this.now = new Date(this.now.getTime() + 250);
    const rest = this.chance.hex(18);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-a${rest.slice(3, 6)}-${rest.slice(6)}`;
  }

  uuid(version) {
    const hex = this.chance.hex(30);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18)}`;
  }

  async tell(name, fields, scope, role = 'officer') {
    const command = Object.assign(new classes[name](), fields);
    this.#keys += 1;
    const outcome = await this.recorder.record(command, {
      ...{ actor: this.actors[role], roles: [role], scope, idempotencyKey: `${name} ${this.#keys}` },
      correlationId: this.uuid('4'),
    });
    return outcome.events[0].id;
  }

  note() {
    const { chance } = this;
    return chance.hits(0.1)
      ? `Noted by the field office: ${chance.among(THEMES)}, see the minutes, file ${chance.upTo(9_999)}.`
      : undefined;
  }
}

async function registerOrganisations(teller) {
  const known = { all: [], frameworks: [] };
  for (let index = 0; index < 60; index += 1) {
    const isFramework = index < 4;
    const id = teller.id();
    const kind = isFramework ? 'coordination-framework' : teller.chance.among(ORGANISATION_KINDS);
    const name = `${isFramework ? 'Working group' : 'Organisation'} on ${teller.chance.among(THEMES)} ${index}`;
    await teller.tell('RegisterOrganisation', { id, name, kind, country: 'LY' }, 'ledger');
    if (kind === 'civil-society-network') {
      await teller.tell('RecordOrganisationStatus', { id, status: 'active', since: '2018-10' }, 'ledger');
    }
    known[isFramework ? 'frameworks' : 'all'].push(id);
  }
  return known;
}

async function setUp(teller, known, { index, scale }) {
  const { chance } = teller;
  const id = teller.id();
  const of = {
    id,
    known,
    periods: [],
    results: [],
    indicators: [],
    strands: [],
    activities: [],
    headings: [],
    dialogues: [],
  };
  of.trainings = [];
  of.planned = [];
  const project = {
    ...{ id, reference: `T05-${100 + index}`, title: `Project on ${chance.among(THEMES)} ${index}`, country: 'LY' },
    ...{ timeZone: 'Africa/Tripoli', currency: 'EUR', start: '2019-01-01', end: '2021-12-31', donors: ['A donor'] },
  };
  await teller.tell('CreateProject', project, id, 'manager');
  for (const window of PERIODS) {
    const [from, to] = window.split('/');
    const period = { id: teller.id(), from, to };
    of.periods.push(period);
    await teller.tell('OpenPeriod', { id, period: period.id, from, to, reportType: 'interim' }, id, 'manager');
  }
  await setUpFrame(teller, of);
  await setUpPlan(teller, of, 60 * Math.min(scale, 10));
  for (let order = 0; order < 8; order += 1) {
    const heading = teller.id();
    of.headings.push(heading);
    const facts = {
      order,
      code: String(order + 1),
      title: `Heading ${order + 1}`,
      kind: order === 7 ? 'indirect' : 'direct',
    };
    await teller.tell('AddHeading', { id: heading, ...facts, amount: 100_000 * (1 + chance.upTo(900)) }, id, 'manager');
  }
  await teller.tell('StateTotal', { id, amount: 300_000_000, source: 'Contract, annex III' }, id, 'manager');
  await teller.tell(
    'RecordCeiling',
    { id, rate: '0.07', source: 'General conditions', assumption: true },
    id,
    'manager',
  );
  for (let order = 0; order < 3; order += 1) {
    of.dialogues.push(teller.id());
    await teller.tell(
      'RegisterDialogue',
      { id: of.dialogues[order], title: `Dialogue ${order}`, level: 'international' },
      id,
    );
  }
  return of;
}

async function setUpFrame(teller, of) {
  const { chance } = teller;
  for (let order = 0; order < 8; order += 1) {
    const level = order === 0 ? 'impact' : order < 3 ? 'outcome' : 'output';
    const above = order === 0 ? [] : order < 3 ? [of.results[0]] : [of.results[1 + (order % 2)]];
    of.results.push(teller.id());
    const facts = {
      id: of.results[order],
      code: `${order}`,
      title: `Result ${order}: ${chance.among(THEMES)}`,
      level,
      order,
    };
    await teller.tell('AddResult', { ...facts, contributesTo: above }, of.id, 'manager');
  }
  const running = (measure, unit) => ({ measure, unit, accumulation: 'running-total' });
  const result = (order) => ({ results: [of.results[order]] });
  const definitions = [
    running({ kind: 'sum', of: 'training' }, 'participants'),
    running({ kind: 'sum', of: 'training', filter: result(3) }, 'participants'),
    running({ kind: 'sum', of: 'training', filter: { ...result(4), kinds: ['training'] } }, 'participants'),
    running({ kind: 'count', of: 'training', filter: { kinds: ['workshop', 'study-visit'] } }, 'events'),
    running({ kind: 'count', of: 'activity', filter: result(5) }, 'activities'),
    running({ kind: 'count', of: 'activity', filter: { kinds: ['policy-support'] } }, 'activities'),
    running({ kind: 'count', of: 'meeting', filter: { purposes: ['coordination'] } }, 'meetings'),
    running({ kind: 'distinct', of: 'meeting', filter: { purposes: ['dialogue'] } }, 'dialogues'),
    running({ kind: 'reported', of: 'observation' }, 'cases'),
    { measure: { kind: 'reported', of: 'observation' }, unit: '%', accumulation: 'latest' },
  ];
  for (const [order, definition] of definitions.entries()) {
    const id = teller.id();
    of.indicators.push(id);
    const facts = {
      id,
      result: of.results[1 + (order % 7)],
      name: `Indicator ${order}`,
      order,
      direction: 'ascending',
    };
    await teller.tell('DefineIndicator', { ...facts, ...definition }, of.id, 'manager');
    await teller.tell('SetBaseline', { id, value: '0', at: '2018' }, of.id, 'manager');
    await teller.tell(
      'SetTarget',
      { id, operator: 'min', value: String(20 * (1 + chance.upTo(40))), at: '2021' },
      of.id,
      'manager',
    );
  }
}

async function setUpPlan(teller, of, lines) {
  const { chance } = teller;
  for (let order = 0; order < 4; order += 1) {
    of.strands.push(teller.id());
    const facts = { id: of.strands[order], code: String(order + 1), title: `Strand ${order + 1}`, order };
    await teller.tell('AddStrand', { ...facts, result: of.results[3 + order], basis: 'printed' }, of.id, 'manager');
  }
  const kinds = [...KINDS, 'policy-support', 'individual-support', 'other'];
  for (let order = 0; order < lines; order += 1) {
    const activity = teller.id();
    of.activities.push(activity);
    const facts = { id: activity, code: `${1 + (order % 4)}.${order}`, kind: chance.among(kinds), order };
    const title = `Activity ${order}: ${chance.among(THEMES)} in ${chance.among(PLACES)}`;
    const more = { strand: of.strands[order % 4], plannedFor: chance.among(MONTHS), note: teller.note() };
    await teller.tell('PlanActivity', { ...facts, title, ...more }, of.id);
    const link = { id: activity, to: 'result', target: of.results[3 + chance.upTo(4)], basis: 'by-subject' };
    await teller.tell('LinkActivity', link, of.id);
  }
  of.planned = [...of.activities];
  for (let year = 0; year < 3; year += 1) {
    const months = MONTHS.slice(12 * year, 12 * year + 12);
    const placed = of.activities.map((activity, order) => {
      return { activity, strand: of.strands[order % 4], label: String(order + 1), months: [months[order % 12]] };
    });
    const sections = of.strands.map((strand) => ({ strand }));
    const plan = { id: teller.id(), title: `Work plan ${2019 + year}`, months, sections, lines: placed, footnotes: [] };
    await teller.tell('AdoptPlan', plan, of.id, 'manager');
  }
}

// ── A month ──

async function aMonth(teller, of, { month, index, scale }) {
  const { chance } = teller;
  // From a closed period only a manager records, with a reason.
  const late = { code: 'recorded-late', text: 'The list of participants came after the period had been closed.' };
  const when = () => {
    const isLate = index > 9 && chance.hits(0.01);
    const day = `${isLate ? MONTHS[index - 8] : month}-${two(1 + chance.upTo(26))}`;
    return isLate ? { day, reason: late, role: 'manager' } : { day, role: 'officer' };
  };
  for (let count = 0; count < 5 * scale; count += 1) await aTraining(teller, of, when());
  for (let count = 0; count < 3 * scale; count += 1) await aMeeting(teller, of, when());
  for (let count = 0; count < 3 * scale; count += 1) {
    const { day, reason, role } = when();
    const facts = {
      heading: chance.among(of.headings),
      occurredOn: day,
      amount: 1_000 + chance.upTo(2_000_000),
      note: teller.note(),
    };
    const id = teller.id();
    await teller.tell('RecordExpenditure', { id, ...facts, reason }, of.id, role);
    if (chance.hits(0.03))
      await teller.tell(
        'CorrectExpenditure',
        { id, ...facts, amount: facts.amount + 100, reason: wrong },
        of.id,
        'manager',
      );
  }
  for (const indicator of of.indicators.slice(-2)) {
    const { day, reason, role } = when();
    const value = String(chance.upTo(400));
    await teller.tell('RecordValue', { id: teller.id(), indicator, value, occurredOn: day, reason }, of.id, role);
  }
  for (let count = 0; count < Math.min(2 * scale, of.planned.length); count += 1) {
    const id = of.planned.shift();
    await teller.tell('StartActivity', { id, occurredOn: `${month}-02` }, of.id);
    await teller.tell(
      'CompleteActivity',
      {
        id,
        occurredOn: `${month}-2${chance.upTo(5)}`,
        place: chance.among(PLACES),
        country: 'LY',
        deviation: teller.note(),
      },
      of.id,
    );
  }
}

const wrong = { code: 'data-quality', text: 'The figure was copied from a draft of the list.' };

async function aTraining(teller, of, { day, reason, role }) {
  const { chance } = teller;
  const id = teller.id();
  const facts = {
    ...{ activity: chance.among(of.activities), kind: chance.among(KINDS), occurredOn: day, days: 1 + chance.upTo(3) },
    ...{
      title: `Training on ${chance.among(THEMES)}, group ${chance.upTo(30)}`,
      place: chance.among(PLACES),
      country: 'LY',
    },
  };
  await teller.tell('HoldTraining', { id, ...facts, note: teller.note(), reason }, of.id, role);
  const [female, male, unknown] = [chance.upTo(20), chance.upTo(20), chance.upTo(2)];
  const total = female + male + unknown;
  const first = chance.upTo(total);
  const [one, other] = [chance.among(of.known.all), chance.among(of.known.all)];
  const parts = [
    { organisation: one, count: first },
    ...(other === one ? [] : [{ organisation: other, count: total - first }]),
  ];
  const rest = other === one ? [{ count: total - first }] : [];
  const people = { total, bySex: { female, male, unknown }, byOrganisation: [...parts, ...rest], method: 'list' };
  await teller.tell('RecordHeadcount', { id, ...people, reason }, of.id, role);
  if (!chance.hits(0.03)) return;
  const corrected = { total: total + 1, bySex: { female, male, unknown: unknown + 1 }, method: 'list' };
  await teller.tell('CorrectHeadcount', { id, ...corrected, reason: wrong }, of.id, 'manager');
}

async function aMeeting(teller, of, { day, reason, role }) {
  const { chance } = teller;
  const isDialogue = chance.hits(0.1);
  const id = teller.id();
  const about = isDialogue
    ? {
        purpose: 'dialogue',
        dialogue: chance.among(of.dialogues),
        attended: chance.hits(0.8),
        activity: chance.among(of.activities),
      }
    : {
        purpose: 'coordination',
        framework: chance.among(of.known.frameworks),
        organisations: [chance.among(of.known.all)],
      };
  const facts = { ...about, occurredOn: day, kind: 'meeting', mode: 'virtual', topic: `On ${chance.among(THEMES)}` };
  await teller.tell('RecordMeeting', { id, ...facts, note: teller.note(), reason }, of.id, role);
  if (chance.hits(0.03))
    await teller.tell('CorrectMeeting', { id, ...facts, mode: 'in-person', reason: wrong }, of.id, 'manager');
}

function two(number) {
  return String(number).padStart(2, '0');
}

// ── Where it is told ──

/** A store in memory with what the recorder needs: streams, and the order of events. */
class Log extends EventStore {
  log = [];
  #streams = new Map();

  constructor(clock) {
    super();
    this.clock = clock;
  }

  append(stream, expected, events, { scope, texts = [] }) {
    const own = this.#streams.get(stream) ?? [];
    const revision = expected === 'none' ? -1 : expected;
    if (own.length - 1 !== revision) throw new ConcurrencyConflict(stream, expected, own.length - 1);
    const recordedAt = this.clock().toISOString();
    const stored = events.map((event, index) => ({
      ...event,
      ...{ stream, revision: revision + 1 + index, scope, recordedAt, position: BigInt(this.log.length + 1 + index) },
    }));
    for (const event of stored) this.log.push({ ...event, texts: texts.filter(({ eventId }) => eventId === event.id) });
    this.#streams.set(stream, own.concat(stored));
    return Promise.resolve({ events: stored, repeated: false });
  }

  readStreams(streams) {
    return Promise.resolve(new Map(streams.map((stream) => [stream, this.#streams.get(stream) ?? []])));
  }
}
