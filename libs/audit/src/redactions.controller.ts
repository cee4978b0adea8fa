import { thingController } from '#http';
import { redactionRegister } from './redaction-register.js';
import { redaction } from './redaction.js';

const description =
  'Its hash stays, so that every hash, root and figure holds; reports that are printed again say that it was redacted. ' +
  'Nobody gets the text back. The log (`events`) says which event of a thing has which texts.';
const reason = { code: 'personal-data', text: 'It names a person.' };
// Ids of events are another in every ledger: here a reader puts in what the log says.
const event = '018f3f5e-0000-7000-8000-000000000001';
// Of LIBMITAF: the participants under result 2.1.2, and a network once it was corrected.
const participants = 'b2af6587-578f-5285-bfbd-541d9175671b';
const network = '9e3d2140-24b6-5c48-a6b3-e85475f60bbb';

export const RedactionsController = thingController({
  things: 'redactions',
  scope: 'project',
  decider: redaction,
  register: redactionRegister,
  on: participants,
  commands: {
    RedactText: {
      role: 'manager',
      summary: 'Destroy a free text of a thing',
      description,
      example: { event, pointer: '/data/note', reason },
    },
  },
});

export const LedgerRedactionsController = thingController({
  things: 'redactions',
  scope: 'ledger',
  decider: redaction,
  commands: {
    RedactLedgerText: {
      role: 'administrator',
      everywhere: true,
      summary: 'Destroy a free text of a thing that is private to no project',
      description,
      example: { event, pointer: '/meta/reason', reason },
      on: network,
      after: 'CorrectOrganisation',
    },
  },
});
