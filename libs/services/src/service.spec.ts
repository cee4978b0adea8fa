import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectService, RecordService, service, VoidService, type ServiceEvent } from './service.js';

const id = '018f3f5e-0000-7000-8000-0000000000f2';
const kit = '018f3f5e-0000-7000-8000-0000000000f1';
const place = '018f3f5e-0000-7000-8000-0000000000a1';
const partner = '018f3f5e-0000-7000-8000-0000000000c1';
const activity = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The list says otherwise.' } as const;

const facts = {
  kind: 'distribution',
  title: 'Winter kits',
  occurredOn: '2022-05',
  quantity: '1000',
  unit: 'kits',
  people: 4100,
  households: 1000,
  bySex: { female: 2200, male: 1800, unknown: 100 },
  package: kit,
  activity,
  organisation: partner,
  places: [place],
} as const;
const stated = { ...facts, places: [place] };

const recorded: ServiceEvent & { id: string } = { id: 'e1', type: 'ServiceRecorded', data: stated };
const voided: ServiceEvent = { type: 'ServiceVoided', data: { voids: 'e1' } };

const registered = { status: 'registered' };
const known = {
  checkDate: () => undefined,
  package: { status: 'defined' },
  activity: { status: 'started' },
  organisation: registered,
  places: new Map([[place, registered]]),
};
const closed = {
  ...known,
  checkDate: () => {
    throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record a service', () => {
  const record = command(RecordService, { id, ...stated, note: 'In the snow.' });

  test('records what, how much and to how many, its note apart', () =>
    given(service)
      .when(record, known)
      .then([{ type: 'ServiceRecorded', data: stated, texts: { note: 'In the snow.' } }]));
  test('takes one of which nothing but its kind and title is stated', () =>
    given(service)
      .when(command(RecordService, { id, kind: 'referral', title: 'Referrals' }), known)
      .thenLike([{ type: 'ServiceRecorded', data: { kind: 'referral', title: 'Referrals' } }]));
  test('an id is used once', () => given(service, recorded).when(record, known).thenRejected('service-exists'));
  test('its date is checked against project and periods', () =>
    expect(() => given(service).when(record, closed).then([])).toThrow('closed'));

  const refused = (fields: Partial<RecordService>, code: string, context: object = known) =>
    given(service)
      .when(command(RecordService, { id, ...stated, ...fields }), context)
      .thenRejected(code);
  test('a quantity has a unit', () => refused({ unit: undefined }, 'unit-missing'));
  test('and is 0 or more', () => refused({ quantity: '-1' }, 'quantity-negative'));
  test('the sexes add up to the people', () => refused({ people: 4101 }, 'does-not-add-up'));
  test('who are stated then', () => refused({ people: undefined }, 'people-missing'));
  test.each(['package', 'activity', 'organisation'] as const)('its %s must be known, and not voided', (of) => {
    refused({}, `unknown-${of}`, { ...known, [of]: undefined });
    refused({}, `${of}-voided`, { ...known, [of]: { status: 'voided' } });
  });
  test('its places too', () => {
    refused({}, 'unknown-place', { ...known, places: new Map() });
    refused({}, 'place-voided', { ...known, places: new Map([[place, { status: 'voided' }]]) });
  });
});

describe('correct a service', () => {
  const correct = command(CorrectService, { id, ...stated, households: 990, reason });

  test('restates the whole and names what it replaces', () =>
    given(service, recorded)
      .when(correct, known)
      .thenLike([{ type: 'ServiceCorrected', data: { ...stated, households: 990, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(service, recorded)
      .when(command(CorrectService, { id, ...stated, reason }), known)
      .thenAlreadySo());
  test('the rules hold for it too', () =>
    given(service, recorded)
      .when(command(CorrectService, { id, ...stated, unit: undefined, reason }), known)
      .thenRejected('unit-missing'));
  test('a voided one cannot be corrected', () =>
    given(service, recorded, voided).when(correct, known).thenRejected('service-voided'));
  test('the unknown neither', () => given(service).when(correct, known).thenRejected('unknown-service'));
});

describe('void a service', () => {
  const void_ = command(VoidService, { id, reason });

  test('names the event it voids', () => given(service, recorded).when(void_, known).then([voided]));
  test('twice is already so', () => given(service, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(service).when(void_, known).thenRejected('unknown-service'));
  test('its date is checked too', () =>
    expect(() => given(service, recorded).when(void_, closed).then([])).toThrow('closed'));
});
