import { expect, test } from '@jest/globals';
import { sentenceOf, type ToldEvent } from './event-words.js';

const [thing, actor, project, heading, event] = Array.from(
  { length: 5 },
  (_, place) => `018f3f5e-0000-7000-8000-00000000000${place}`,
) as [string, string, string, string, string];
const known = {
  currency: 'EUR',
  titleOf: (id: string) => ({ [project]: 'LIBMITAF', [heading]: 'Travel' })[id],
};
const told = (type: string, data: object, reason: ToldEvent['reason'] = null) =>
  sentenceOf(
    {
      ...{ ordinal: 1, id: event, category: 'any', thing, revision: 0, recordedAt: '2026-03-01T10:00:00.123Z' },
      ...{ type, actor, roles: [], reason, data },
    },
    known,
  );

test.each([
  [
    'ExpenditureRecorded',
    { heading, amount: 123_450, occurredOn: '2022-04-01/2022-09-30' },
    'Expenditure recorded: Travel, 1234.50 EUR, 2022-04-01 to 2022-09-30.',
  ],
  [
    'ReportSubmitted',
    { period: { id: event, from: '2022-04-01', to: '2023-03-31' }, hash: 'ab' },
    'Report submitted: 2022-04-01 to 2023-03-31.',
  ],
  [
    'AccessGranted',
    { actor, project, roles: ['officer', 'manager'], expiresIn: 86_400 },
    `Access granted: officer and manager in LIBMITAF for ${actor}, until 2026-03-02T10:00:00Z.`,
  ],
  [
    'AccessAsserted',
    { actor, project: '*', roles: [], issuer: 'https://login.example.org' },
    `Access asserted: no role in every project for ${actor}.`,
  ],
  ['AccessRevoked', { revokes: event }, `Access revoked: grant ${thing}.`],
  [
    'TextRedacted',
    { event, pointer: '/data/homeNote', textHash: 'ab' },
    `Text redacted: the home note of event ${event}.`,
  ],
  [
    'LedgerRestored',
    { backup: { ordinal: 12, root: 'ab', createdAt: '2026-02-01T00:00:00.000Z' }, known: { ordinal: 20, root: 'cd' } },
    'Ledger restored: from a backup of 2026-02-01T00:00:00.000Z with 12 events, where 20 were known.',
  ],
  ['TrainingVoided', { voids: event }, 'Training voided.'],
])('%s says what it is about', (type, data, sentence) => expect(told(type, data)).toBe(sentence));
