import { thingController } from '#http';
import { aggregateRegister } from './aggregate-register.js';
import { aggregate } from './aggregate.js';

const reason = { code: 'data-quality', text: 'The quarterly report says otherwise.' };

// Of the examples' own, and two trainings of LIBMITAF that it could have stood for.
const sessions = '018f3f5e-7a10-7000-8000-000000009001';
const training31 = '3164cb5e-7770-501a-b676-d1ec0007565a';
const training26 = '980f752a-32f1-5106-a1db-63e5c9e579b9';

const four = {
  of: 'training',
  title: 'Four sessions to 27 organisations',
  count: 4,
  kind: 'workshop',
  occurredOn: '2022-09/2022-11',
  people: 96,
  organisations: 27,
};

/** Several facts recorded as one, until they are told apart. */
export const AggregatesController = thingController({
  things: 'aggregates',
  scope: 'project',
  decider: aggregate,
  register: aggregateRegister,
  on: sessions,
  after: 'RecordAggregate',
  commands: {
    RecordAggregate: {
      role: 'officer',
      creates: true,
      summary: 'Record several trainings, meetings or services as one',
      example: { id: sessions, ...four },
    },
    CorrectAggregate: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...four, people: 98, reason },
      after: 'RecordAggregate',
    },
    VoidAggregate: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordAggregate',
    },
    ItemiseAggregate: {
      role: 'officer',
      summary: 'Name the facts that stand in its place',
      example: { items: [training31, training26], isComplete: false },
      after: 'RecordAggregate',
    },
  },
});
