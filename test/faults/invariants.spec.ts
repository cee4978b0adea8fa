import { createHash } from 'node:crypto';
import { commandId, eventId } from '#event-sourcing';
import type { Answered } from './clients.js';
import type { Logged } from './evidence.js';
import { broken, invariants, type Evidence } from './invariants.js';
import { planRound } from './plan.js';

/** Each invariant is broken here once, so that none of them holds of everything. */

const actor = '00000000-0000-4000-8000-00000000000a';
const thing = '00000000-0000-4000-8000-00000000000b';
const salt = '00'.repeat(16);
const text = 'A note.';
const textHash = createHash('sha256').update(Buffer.from(salt, 'hex')).update(text).digest('hex');
const at = (second: number) => `2022-01-01 00:00:0${second}+00`;

function event(key: string, position: number, revision: number, data: object = {}): Logged {
  const command = commandId(actor, key);
  return {
    ...{ position, id: eventId(command, 0), stream: `training-${thing}`, revision, type: 'TrainingHeld' },
    ...{ scope: 'ledger', recorded_at: at(position), salt, data: JSON.stringify(data) },
    meta: JSON.stringify({ commandId: command }),
  };
}

function recorded(key: string, { id, type, revision, position }: Logged, ifMatch?: number): Answered {
  const body = { id: thing, events: [{ id, type }], revision, position: String(position), code: 'recorded' };
  return { client: 0, actor, key, ifMatch, sent: key, status: 200, body };
}

const refused = (key: string): Answered => {
  return { client: 0, actor, key, ifMatch: undefined, sent: key, status: 409, body: { code: 'training-voided' } };
};

/** Two commands that were recorded, and one that was refused. */
function whole(): Evidence {
  const log = [event('one', 1, 0, { note: { textHash } }), event('two', 2, 1)];
  const answered = [recorded('one', log[0]!), recorded('two', log[1]!, 0), refused('three')];
  const sequence = log.map(({ id, position, recorded_at }) => {
    return { ordinal: position, position, event_id: id, known_at: recorded_at, leaf: '' };
  });
  const seen = [{ client: 0, path: `/things/${thing}`, status: 200, asked: 2, known: 1, revision: 1 }];
  const texts = [{ event_id: log[0]!.id, pointer: '/data/note', text, salt, text_hash: textHash }];
  const stored = { log, sequence, texts, live: { register: ['a', 'b'] }, replayed: { register: ['a', 'b'] } };
  return { told: { answered, seen, wrong: [], retries: 0 }, stored, tokens: 0, deaths: [] };
}

test('what is whole breaks nothing', () => {
  expect(broken(whole())).toEqual([]);
});

const once = 'every command answered with events is in the log exactly once';
const alike = 'what was recorded once is answered so ever after, and no other body under its key';
const gaps = 'streams have revisions from 0 without a gap, positions from 1';
const order = 'recordedAt and known_at never go back, and the order is the log’s';
const own = 'a client reads its own writes, and never goes back';
const shows =
  'a read shows all that the log holds up to the position that it waited for, and nothing that is not there';
const vault = 'every free text is in the vault once, beside its event';
const replay = 'every read model equals a replay from nothing';

const ways: [string, string, (evidence: Evidence) => void][] = [
  ['an acknowledged event is lost', once, ({ stored }) => stored.log.pop()],
  ['one is there twice', once, ({ stored }) => stored.log.push({ ...event('two', 3, 2), id: thing })],
  ['a repeat is answered otherwise', once, ({ told }) => (told.answered[0]!.body.revision = 7)],
  ['an answer names other ids', once, ({ told }) => (told.answered[0]!.body.events![0]!.id = thing)],
  ['a repeat is refused', alike, ({ told }) => told.answered.push(refused('two'))],
  [
    'another body is taken for a repeat',
    alike,
    ({ told, stored }) => told.answered.push({ ...recorded('two', stored.log[1]!), sent: 'other' }),
  ],
  [
    'a refused one is there',
    'nothing that was refused is in the log',
    ({ stored }) => stored.log.push(event('three', 3, 2)),
  ],
  [
    'one is there that nobody sent',
    'the log holds no event that no client sent',
    ({ stored }) => stored.log.push(event('four', 3, 2)),
  ],
  [
    'a token is granted twice',
    'the log holds no event that no client sent',
    ({ stored }) => stored.log.push({ ...event('four', 3, 0), type: 'AccessGranted' }),
  ],
  [
    'If-Match is ignored',
    'If-Match holds: what is recorded follows the revision that was named',
    ({ told }) => (told.answered[1]!.ifMatch = 3),
  ],
  ['a read is older than what was answered', own, ({ told }) => (told.seen[0]!.revision = 0)],
  [
    'a read is older than what it waited for',
    shows,
    ({ told }) => Object.assign(told.seen[0]!, { known: 0, revision: 0 }),
  ],
  ['a read is of what was lost', shows, ({ told }) => (told.seen[0]!.revision = 2)],
  ['a thing is not found', own, ({ told }) => Object.assign(told.seen[0]!, { status: 404, revision: -1 })],
  [
    'an answer is a 500',
    'no client gets an answer that it can do nothing with',
    ({ told }) => told.wrong.push('POST: 500'),
  ],
  ['a stream has a gap', gaps, ({ stored }) => (stored.log[1]!.revision = 2)],
  ['positions have a gap', gaps, ({ stored }) => (stored.log[1]!.position = 3)],
  ['recordedAt goes back', order, ({ stored }) => (stored.log[1]!.recorded_at = at(0))],
  ['known_at goes back', order, ({ stored }) => (stored.sequence[1]!.known_at = at(0))],
  ['an event has no ordinal', order, ({ stored }) => stored.sequence.pop()],
  ['a text is lost', vault, ({ stored }) => stored.texts.pop()],
  ['a text is another', vault, ({ stored }) => (stored.texts[0]!.text = 'Another.')],
  ['a text belongs to nothing', vault, ({ stored }) => (stored.texts[0]!.pointer = '/data/title')],
  ['a row is missing', replay, ({ stored }) => stored.live.register!.pop()],
  ['a row is there twice', replay, ({ stored }) => stored.live.register!.push('b')],
  ['a row is another', replay, ({ stored }) => (stored.live.register![1] = 'c')],
  [
    'the application ends by itself',
    'the application ends only when it is ended',
    (evidence) => (evidence.deaths = ['code 1']),
  ],
];

test.each(ways)('%s: breaks "%s"', (_, name, change) => {
  const evidence = whole();
  change(evidence);
  expect(broken(evidence).map((fault) => fault.split(':\n')[0])).toContain(name);
});

test('every invariant is broken by something', () => {
  expect(new Set(ways.map(([, name]) => name))).toEqual(new Set(Object.keys(invariants)));
});

test('a plan follows from its seed alone', () => {
  expect(planRound(7)).toEqual(planRound(7));
  expect(planRound(7)).not.toEqual(planRound(8));
});
