import { circumstances, command, given } from '../../event-sourcing/src/given-when-then.js';
import { ApproveFact, ReturnFact, review, type ReviewEvent } from './review.js';

const id = '018f3f5e-0000-7000-8000-0000000000f1';
const reason = { code: 'data-quality', text: 'The list is missing.' } as const;
const { actor: reviewer, scope } = circumstances;

/** The events of a thing, by who recorded each. */
const recordedBy = (...actors: string[]) => ({
  events: actors.map((actor, revision) => ({ id: `t${revision}`, revision, scope, meta: { actor } })),
});
const once = recordedBy('amal');
const twice = recordedBy('amal', 'amal');
const category = 'training';
const approved = (revision: number): ReviewEvent => ({
  type: 'FactApproved',
  data: { category, revision, event: `t${revision}` },
});
const returned = (revision: number): ReviewEvent => ({
  type: 'FactReturned',
  data: { category, revision, event: `t${revision}` },
});

describe.each([
  ['approve', ApproveFact, 'FactApproved', approved, returned],
  ['return', ReturnFact, 'FactReturned', returned, approved],
])('%s a fact', (_, Decide, type, same, other) => {
  const decide = (revision: number, of = category) => command(Decide, { id, category: of, revision, reason } as never);

  test('as it stands, by the event that made it so', () =>
    given(review)
      .when(decide(1), twice)
      .thenLike([{ type, data: { category, revision: 1, event: 't1' } }]));
  test('said again it is already so', () => given(review, same(0)).when(decide(0), once).thenAlreadySo());
  test('it may be decided otherwise', () =>
    given(review, other(0))
      .when(decide(0), once)
      .thenLike([{ type, data: { revision: 0 } }]));
  test('only the revision that was looked at', () => {
    given(review).when(decide(0), twice).thenRejected('changed-since');
    given(review).when(decide(2), twice).thenRejected('changed-since');
  });
  test('not what one recorded oneself', () =>
    given(review).when(decide(0), recordedBy(reviewer)).thenRejected('own-fact'));
  test('nor what one recorded a part of', () => {
    given(review).when(decide(1), recordedBy(reviewer, 'amal')).thenRejected('own-fact');
    given(review).when(decide(1), recordedBy('amal', reviewer)).thenRejected('own-fact');
  });
  test('not what there is not, or the ledger has', () => {
    given(review).when(decide(0), { events: [] }).thenRejected('unknown-thing');
    given(review)
      .when(decide(0), { events: [{ id: 't0', revision: 0, scope: 'ledger', meta: { actor: 'amal' } }] })
      .thenRejected('unknown-thing');
  });
  test('by the kind of its streams: another of the same id is another fact', () =>
    given(review, same(0))
      .when(decide(0, 'opening-balance'), once)
      .thenLike([{ type, data: { category: 'opening-balance', revision: 0 } }]));
});

describe('what others approved', () => {
  const changed = recordedBy(reviewer, 'amal');
  const approve = command(ApproveFact, { id, category, revision: 1 });

  test('is looked at no more: only what was changed since', () =>
    given(review, approved(0))
      .when(approve, changed)
      .thenLike([{ type: 'FactApproved' }]));
  test('until it is returned', () =>
    given(review, approved(0), returned(0)).when(approve, changed).thenRejected('own-fact'));
  test('holds where only what followed is returned', () =>
    given(review, approved(0), returned(1))
      .when(approve, changed)
      .thenLike([{ type: 'FactApproved' }]));
});

test('the note of an approval is held apart', () =>
  given(review)
    .when(command(ApproveFact, { id, category, revision: 0, note: 'With the list.' }), once)
    .then([{ type: 'FactApproved', data: { category, revision: 0, event: 't0' }, texts: { note: 'With the list.' } }]));
