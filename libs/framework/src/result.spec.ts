import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  AddResult,
  contributionsOf,
  CorrectResult,
  result,
  VoidResult,
  type Result,
  type ResultContext,
  type ResultEvent,
} from './result.js';

const id = '018f3f5e-0000-7000-8000-000000000001';
const outcome = '018f3f5e-0000-7000-8000-000000000002';
const impact = '018f3f5e-0000-7000-8000-000000000003';
const reason = { code: 'data-quality', text: 'The signed logframe says otherwise.' } as const;

const facts = { code: '2.1.1', title: 'Participation in dialogues', order: 1, contributesTo: [outcome] };
const added: ResultEvent & { id: string } = { id: 'e1', type: 'ResultAdded', data: facts };
const voided: ResultEvent = { type: 'ResultVoided', data: { voids: 'e1' } };

const leading = (status: string, ...leadsTo: string[]): ResultContext => ({
  contributions: new Map([[outcome, { status, leadsTo: new Set(leadsTo) }]]),
});
const open = leading('added', impact);

describe('add a result', () => {
  const add = command(AddResult, { id, ...facts, note: 'Read off page 35.' });

  test('records it, its note apart', () =>
    given(result)
      .when(add, open)
      .then([{ type: 'ResultAdded', data: facts, texts: { note: 'Read off page 35.' } }]));
  test('code, level and what it leads to may be not stated', () =>
    given(result)
      .when(command(AddResult, { id, title: 'A result', order: 3 }), { contributions: new Map() })
      .then([{ type: 'ResultAdded', data: { title: 'A result', order: 3 }, texts: {} }]));
  test('an id is used once', () => given(result, added).when(add, open).thenRejected('result-exists'));
  test('what it contributes to must be of the project', () =>
    given(result).when(add, { contributions: new Map() }).thenRejected('unknown-contribution'));
  test('and not voided', () => given(result).when(add, leading('voided')).thenRejected('unknown-contribution'));
  test('it is not itself', () =>
    given(result)
      .when(command(AddResult, { id, ...facts, contributesTo: [id] }), open)
      .thenRejected('contributes-to-itself'));
});

describe('correct a result', () => {
  const correct = command(CorrectResult, { id, ...facts, level: 'output', reason });

  test('restates the whole and names what it replaces', () =>
    given(result, added)
      .when(correct, open)
      .thenLike([{ type: 'ResultCorrected', data: { ...facts, level: 'output', replaces: 'e1' } }]));
  test('a second one replaces the first', () =>
    given(result, added, {
      id: 'e2',
      type: 'ResultCorrected',
      data: { ...facts, title: 'Dialogues', replaces: 'e1' },
    } as ResultEvent)
      .when(correct, open)
      .thenLike([{ data: { replaces: 'e2' } }]));
  test('what is stated already is already so', () =>
    given(result, added)
      .when(command(CorrectResult, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('what it leads to cannot lead back', () =>
    given(result, added)
      .when(correct, leading('added', impact, id))
      .thenRejected('contributes-to-itself'));
  test('a voided result cannot be corrected', () =>
    given(result, added, voided).when(correct, open).thenRejected('result-voided'));
  test('the unknown is refused', () => given(result).when(correct, open).thenRejected('unknown-result'));
});

describe('void a result', () => {
  const void_ = command(VoidResult, { id, reason });

  test('names the event it voids', () =>
    given(result, added)
      .when(void_, open)
      .then([{ type: 'ResultVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(result, added, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(result).when(void_, open).thenRejected('unknown-result'));
});

test('where a result leads is followed to the end, circles included', async () => {
  const one = (...contributesTo: string[]): Result => ({
    status: 'added',
    result: { event: 'e', facts: { title: 'R', order: 1, contributesTo } },
  });
  const known: Record<string, Result> = { a: one('b'), b: one('c', 'a'), c: one() };
  const found = await contributionsOf(['a', 'x'], (key) => Promise.resolve(known[key] ?? { status: 'none' }));
  expect([...found]).toEqual([['a', { status: 'added', leadsTo: new Set(['b', 'c', 'a']) }]]);
});
