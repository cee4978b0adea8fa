import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  AddStrand,
  CorrectStrand,
  CorrectStrandHold,
  CorrectStrandResumption,
  HoldStrand,
  ResumeStrand,
  VoidStrand,
  VoidStrandHold,
  VoidStrandResumption,
} from './strand-commands.js';
import { strand, type StrandEvent } from './strand.js';

type Told = StrandEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const result = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The plan says otherwise.' } as const;

const facts = { code: '1', title: 'Dialogues', order: 2, result, basis: 'by-subject' } as const;
const agreed = { agreedWith: 'Ministry of Foreign Affairs' };

const added: Told = { id: 'e1', type: 'StrandAdded', data: facts };
const onHold: Told = { id: 'e2', type: 'StrandPutOnHold', data: agreed };
const resumed: Told = { id: 'e3', type: 'StrandResumed', data: { occurredOn: '2022-05-01' } };
const voided: Told = { id: 'e9', type: 'StrandVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, result: { status: 'added' } };
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('add a strand', () => {
  const add = command(AddStrand, { id, ...facts, note: 'Table 7.' });

  test('records it, its note apart', () =>
    given(strand)
      .when(add, open)
      .then([{ type: 'StrandAdded', data: facts, texts: { note: 'Table 7.' } }]));
  test('its result may be not stated', () =>
    given(strand)
      .when(command(AddStrand, { id, code: '3', title: 'Legislation', order: 4 }), { ...open, result: undefined })
      .thenLike([{ data: { code: '3', title: 'Legislation', order: 4 } }]));
  test('an id is used once', () => given(strand, added).when(add, open).thenRejected('strand-exists'));
  test('its result must be one of the project', () =>
    given(strand)
      .when(add, { ...open, result: undefined })
      .thenRejected('unknown-result'));
  test('and not voided', () =>
    given(strand)
      .when(add, { ...open, result: { status: 'voided' } })
      .thenRejected('unknown-result'));
  test('how a link is known needs a link', () =>
    given(strand)
      .when(command(AddStrand, { id, ...facts, result: undefined }), open)
      .thenRejected('basis-without-result'));
});

describe('correct a strand', () => {
  const correct = command(CorrectStrand, { id, ...facts, order: 3, reason });

  test('restates the whole and names what it replaces', () =>
    given(strand, added)
      .when(correct, open)
      .thenLike([{ type: 'StrandCorrected', data: { ...facts, order: 3, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(strand, added)
      .when(command(CorrectStrand, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('a voided strand cannot be corrected', () =>
    given(strand, added, voided).when(correct, open).thenRejected('strand-voided'));
});

describe('void a strand', () => {
  const void_ = command(VoidStrand, { id, reason });

  test('names the event it voids', () =>
    given(strand, added)
      .when(void_, open)
      .then([{ type: 'StrandVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(strand, added, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(strand).when(void_, open).thenRejected('unknown-strand'));
});

describe('put a strand on hold', () => {
  const hold = command(HoldStrand, { id, ...agreed, reason });

  test('since when may be not stated, and stays so', () =>
    given(strand, added)
      .when(hold, open)
      .then([{ type: 'StrandPutOnHold', data: agreed }]));
  test('the same hold again is already so', () => given(strand, added, onHold).when(hold, open).thenAlreadySo());
  test('another one must be a correction', () =>
    given(strand, added, onHold)
      .when(command(HoldStrand, { id, since: '2021-09', reason }), open)
      .thenRejected('strand-on-hold'));
  test('with an organisation of the ledger, by a document', () => {
    const by = command(HoldStrand, { id, counterpart: id, document: 'Letter 114', reason });
    given(strand, added)
      .when(by, { ...open, counterpart: { status: 'registered' } })
      .then([{ type: 'StrandPutOnHold', data: { counterpart: id, document: 'Letter 114' } }]);
    given(strand, added).when(by, open).thenRejected('unknown-organisation');
  });
  test('it can be put on hold again once it was resumed', () =>
    given(strand, added, onHold, resumed)
      .when(command(HoldStrand, { id, since: '2022-06', reason }), open)
      .then([{ type: 'StrandPutOnHold', data: { since: '2022-06' } }]));
  test('but not before that', () =>
    given(strand, added, onHold, resumed)
      .when(command(HoldStrand, { id, since: '2022-04', reason }), open)
      .thenRejected('dates-out-of-order'));
  test('it does not end before it starts', () =>
    given(strand, added)
      .when(command(HoldStrand, { id, since: '2022-06', until: '2022-05', reason }), open)
      .thenRejected('ends-before-start'));
  test('its first day is checked, its intended end is not', () => {
    given(strand, added)
      .when(command(HoldStrand, { id, until: '2030', reason }), closed)
      .then([{ type: 'StrandPutOnHold', data: { until: '2030' } }]);
    expect(() =>
      given(strand, added)
        .when(command(HoldStrand, { id, since: '2022', reason }), closed)
        .then([]),
    ).toThrow('closed');
  });
});

describe('correct a hold', () => {
  const correct = command(CorrectStrandHold, { id, ...agreed, since: '2021-09', reason });

  test('restates the whole and names what it replaces', () =>
    given(strand, added, onHold)
      .when(correct, open)
      .then([{ type: 'StrandHoldCorrected', data: { ...agreed, since: '2021-09', replaces: 'e2' } }]));
  test('also after the strand was resumed, but to no later day', () => {
    given(strand, added, onHold, resumed)
      .when(correct, open)
      .thenLike([{ data: { replaces: 'e2' } }]);
    given(strand, added, onHold, resumed)
      .when(command(CorrectStrandHold, { id, since: '2022-05-02', reason }), open)
      .thenRejected('dates-out-of-order');
  });
  test('what is stated already is already so', () =>
    given(strand, added, onHold)
      .when(command(CorrectStrandHold, { id, ...agreed, reason }), open)
      .thenAlreadySo());
  test('without a hold there is nothing to correct', () =>
    given(strand, added).when(correct, open).thenRejected('no-hold'));
});

describe('void a hold', () => {
  const void_ = command(VoidStrandHold, { id, reason });

  test('names the event it voids', () =>
    given(strand, added, onHold)
      .when(void_, open)
      .then([{ type: 'StrandHoldVoided', data: { voids: 'e2' } }]));
  test('voiding none is already so', () => given(strand, added).when(void_, open).thenAlreadySo());
  test('a resumption rests on it', () =>
    given(strand, added, onHold, resumed).when(void_, open).thenRejected('strand-resumed'));
});

describe('resume a strand', () => {
  const resume = command(ResumeStrand, { id, occurredOn: '2022-05-01' });

  test('records it', () =>
    given(strand, added, onHold)
      .when(resume, open)
      .thenLike([{ type: 'StrandResumed', data: { occurredOn: '2022-05-01' } }]));
  test('the same again is already so', () => given(strand, added, onHold, resumed).when(resume, open).thenAlreadySo());
  test('what was never on hold cannot be resumed', () =>
    given(strand, added).when(resume, open).thenRejected('not-on-hold'));
  test('nor what was resumed on another day', () =>
    given(strand, added, onHold, resumed)
      .when(command(ResumeStrand, { id, occurredOn: '2022-06' }), open)
      .thenRejected('not-on-hold'));
  test('its date is checked against project and periods', () =>
    expect(() => given(strand, added, onHold).when(resume, closed).then([])).toThrow('closed'));

  const correct = command(CorrectStrandResumption, { id, occurredOn: '2022-05-02', reason });
  test('it is corrected', () =>
    given(strand, added, onHold, resumed)
      .when(correct, open)
      .thenLike([{ type: 'StrandResumptionCorrected', data: { occurredOn: '2022-05-02', replaces: 'e3' } }]));
  test('a correction to what is stated is already so', () =>
    given(strand, added, onHold, resumed)
      .when(command(CorrectStrandResumption, { id, occurredOn: '2022-05-01', reason }), open)
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(strand, added, onHold).when(correct, open).thenRejected('no-resumption'));

  const void_ = command(VoidStrandResumption, { id, reason });
  test('it is voided: on hold as before', () => {
    given(strand, added, onHold, resumed)
      .when(void_, open)
      .then([{ type: 'StrandResumptionVoided', data: { voids: 'e3' } }]);
    given(strand, added, onHold, resumed, { type: 'StrandResumptionVoided', data: { voids: 'e3' } })
      .when(command(HoldStrand, { id, ...agreed, reason }), open)
      .thenAlreadySo();
  });
  test('voiding none is already so', () => given(strand, added, onHold).when(void_, open).thenAlreadySo());
  test('a voided strand has none to void', () =>
    given(strand, added, onHold, resumed, voided).when(void_, open).thenRejected('strand-voided'));
});
