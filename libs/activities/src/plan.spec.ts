import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { AdoptPlan, CorrectPlan, VoidPlan } from './plan-commands.js';
import type { PlanData, PlanEvent } from './plan-events.js';
import { plan } from './plan.js';

const id = '018f3f5e-0000-7000-8000-000000000001';
const [one, two] = ['018f3f5e-0000-7000-8000-0000000000a1', '018f3f5e-0000-7000-8000-0000000000a2'];
const [a, b, c] = ['a', 'b', 'c'].map((last) => `018f3f5e-0000-7000-8000-0000000000b${last}`) as [
  string,
  string,
  string,
];
const reason = { code: 'data-quality', text: 'The adopted plan says otherwise.' } as const;

const facts: PlanData = {
  title: 'Next 12 months',
  adoptedOn: '2022-03-31',
  months: ['2022-04', '2022-05', '2022-06'],
  sections: [{ strand: two }, { strand: one }],
  lines: [
    { activity: a, label: '11', strand: one, months: ['2022-05'], footnotes: ['47'] },
    { activity: b, label: '11', strand: two, monthCount: 2 },
    { activity: c, label: '7', strand: one },
  ],
  footnotes: [{ label: '47', text: 'Completed.', kind: 'completed', date: '2022-02-02' }],
};
type Fields = Omit<PlanData, 'note'>;
const adopting = (fields: Partial<Fields> = {}) => command(AdoptPlan, { id, ...(facts as Fields), ...fields });
const withLine = (fields: Partial<PlanData['lines'][number]>) =>
  adopting({ lines: [{ activity: a, strand: one, ...fields }] });

const adopted: PlanEvent & { id: string } = { id: 'e1', type: 'PlanAdopted', data: facts };
const voided: PlanEvent = { type: 'PlanVoided', data: { voids: 'e1' } };

const there = (...ids: string[]) => new Map(ids.map((each) => [each, { status: 'planned' }]));
const open = { checkDate: () => undefined, strands: there(one, two), activities: there(a, b, c) };
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('adopt a plan', () => {
  test('records it as printed: labels repeat and stand out of order', () =>
    given(plan)
      .when(adopting(), open)
      .then([{ type: 'PlanAdopted', data: facts, texts: {} }]));
  test('an id is used once', () => given(plan, adopted).when(adopting(), open).thenRejected('plan-exists'));
  test('its date is checked against project and periods', () =>
    expect(() => given(plan).when(adopting(), closed).then([])).toThrow('closed'));

  test('strands and activities must be of the project', () => {
    given(plan)
      .when(adopting(), { ...open, strands: there(one) })
      .thenRejected('unknown-strand');
    given(plan)
      .when(adopting(), { ...open, activities: there(a) })
      .thenRejected('unknown-activity');
  });
  test('and not voided', () => {
    const voided = new Map([[a, { status: 'voided' }]]);
    given(plan)
      .when(adopting(), { ...open, activities: voided })
      .thenRejected('unknown-activity');
  });
  test('a strand has one block', () =>
    given(plan)
      .when(adopting({ sections: [{ strand: one }, { strand: one }] }), open)
      .thenRejected('strand-repeated'));
  test('a line stands in one of the blocks', () =>
    given(plan)
      .when(adopting({ sections: [{ strand: two }] }), open)
      .thenRejected('line-without-section'));
  test('an activity stands once in a plan', () =>
    given(plan)
      .when(
        adopting({
          lines: [
            { activity: a, strand: one },
            { activity: a, strand: two },
          ],
        }),
        open,
      )
      .thenRejected('activity-repeated'));
  test('a line lies in the columns', () => {
    given(plan)
      .when(withLine({ months: ['2022-07'] }), open)
      .thenRejected('month-outside-plan');
    given(plan)
      .when(withLine({ monthCount: 4 }), open)
      .thenRejected('too-many-months');
  });
  test('in named months or in a number of them, not both', () =>
    given(plan)
      .when(withLine({ months: ['2022-04'], monthCount: 1 }), open)
      .thenRejected('placed-twice'));
  test('no month at all is another answer than not stated', () =>
    given(plan)
      .when(withLine({ monthCount: 0 }), open)
      .thenLike([{ data: { lines: [{ monthCount: 0 }] } }]));
  test('the footnotes of a line are there', () =>
    given(plan)
      .when(withLine({ footnotes: ['48'] }), open)
      .thenRejected('unknown-footnote'));
  test('a footnote has a label of its own', () =>
    given(plan)
      .when(adopting({ footnotes: [...facts.footnotes, { label: '47', text: 'Note.', kind: 'note' }] }), open)
      .thenRejected('footnote-repeated'));
  test('what is planned lies ahead, what is completed does not', () => {
    const dated = (kind: 'planned' | 'completed') =>
      adopting({ footnotes: [{ label: '47', text: 'Dated.', kind, date: '2030' }] });
    given(plan)
      .when(dated('planned'), open)
      .thenLike([{ type: 'PlanAdopted' }]);
    given(plan).when(dated('completed'), open).thenRejected('in-the-future');
  });
});

describe('correct a plan', () => {
  const correct = command(CorrectPlan, { id, ...(facts as Fields), title: 'Next 11 months', reason });

  test('restates the whole and names what it replaces', () =>
    given(plan, adopted)
      .when(correct, open)
      .thenLike([{ type: 'PlanCorrected', data: { ...facts, title: 'Next 11 months', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(plan, adopted)
      .when(command(CorrectPlan, { id, ...(facts as Fields), reason }), open)
      .thenAlreadySo());
  test('it keeps the rules of a plan', () =>
    given(plan, adopted)
      .when(correct, { ...open, activities: there(a) })
      .thenRejected('unknown-activity'));
  test('a voided plan cannot be corrected', () =>
    given(plan, adopted, voided).when(correct, open).thenRejected('plan-voided'));
});

describe('void a plan', () => {
  const void_ = command(VoidPlan, { id, reason });

  test('names the event it voids', () =>
    given(plan, adopted)
      .when(void_, open)
      .then([{ type: 'PlanVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(plan, adopted, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(plan).when(void_, open).thenRejected('unknown-plan'));
});
