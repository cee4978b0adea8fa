import { thingController } from '#http';
import { openingBalanceRegister } from './opening-balance-register.js';
import { openingBalance } from './opening-balance.js';

/** Of LIBMITAF: the participants under result 2.1.2. */
const participants = 'b2af6587-578f-5285-bfbd-541d9175671b';
const opening = { value: '35', occurredOn: '2021-06-30', source: 'Inception report, page 12 (invented)' };
const reason = { code: 'data-quality', text: 'The annex of the report says otherwise.' };
// Its first period is closed.
const late = { code: 'recorded-late', text: 'The inception report was found after the period was closed.' };

export const OpeningBalancesController = thingController({
  things: 'opening-balances',
  scope: 'project',
  decider: openingBalance,
  register: openingBalanceRegister,
  on: participants,
  after: 'RecordOpeningBalance',
  commands: {
    RecordOpeningBalance: {
      role: 'manager',
      summary: 'Record what the indicator stood at when the project came to this ledger',
      example: { ...opening, reason: late },
    },
    CorrectOpeningBalance: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...opening, value: '32', reason },
      after: 'RecordOpeningBalance',
    },
    VoidOpeningBalance: {
      role: 'manager',
      summary: 'There is none',
      example: { reason },
      after: 'RecordOpeningBalance',
    },
  },
});
