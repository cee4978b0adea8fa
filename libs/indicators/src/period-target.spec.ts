import { command, given, rows } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectPeriodTarget,
  RevisePeriodTarget,
  SetPeriodTarget,
  VoidPeriodTarget,
} from './period-target-commands.js';
import { periodTargetRegister } from './period-target-register.js';
import { periodTarget, type PeriodTargetEvent } from './period-target.js';

type Told = PeriodTargetEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const indicator = '018f3f5e-0000-7000-8000-0000000000e1';
const other = '018f3f5e-0000-7000-8000-0000000000e2';
const reason = { code: 'adaptive-management', text: 'More were asked for.' } as const;
const known = { indicator: { status: 'defined' }, shareOf: { status: 'defined' } };

const women = [{ name: 'sex', value: 'female' }];
const at = { indicator, from: '2022-01-01', to: '2022-12-31', dimensions: women };
const facts = { ...at, operator: 'min', value: '50' } as const;
const set: Told = { id: 'e1', type: 'PeriodTargetSet', data: facts };
const revised: Told = {
  id: 'e2',
  type: 'PeriodTargetRevised',
  data: { operator: 'min', value: '60', amendment: 'No. 1' },
};
const corrected: Told = {
  id: 'e3',
  type: 'PeriodTargetCorrected',
  data: { indicator, to: '2022-06-30', operator: 'min', value: '70', replaces: 'e2' },
};
const voided: Told = { id: 'e4', type: 'PeriodTargetVoided', data: { voids: 'e1' } };

describe('set a target of a period', () => {
  const setIt = (fields: Partial<SetPeriodTarget>) => command(SetPeriodTarget, { id, ...facts, ...fields });
  const refused = (fields: Partial<SetPeriodTarget>, code: string, context: object = known) =>
    given(periodTarget).when(setIt(fields), context).thenRejected(code);

  test('records it', () =>
    given(periodTarget)
      .when(setIt({}), known)
      .then([{ type: 'PeriodTargetSet', data: facts }]));
  test('or a milestone, or one over the whole project', () => {
    const whole = { indicator, operator: 'range', value: '5', upper: '8' } as const;
    given(periodTarget)
      .when(command(SetPeriodTarget, { id, ...whole, to: '2022-06-30' }), known)
      .thenLike([{ data: { ...whole, to: '2022-06-30' } }]);
    given(periodTarget)
      .when(command(SetPeriodTarget, { id, ...whole }), known)
      .thenLike([{ data: whole }]);
  });
  test('or a share of another target', () => {
    const share = { value: undefined, shareOf: { indicator: other, percent: '50' } };
    given(periodTarget)
      .when(setIt(share), known)
      .thenLike([{ data: { shareOf: share.shareOf } }]);
    refused(share, 'unknown-indicator', { ...known, shareOf: undefined });
    refused(share, 'indicator-voided', { ...known, shareOf: { status: 'voided' } });
    refused({ ...share, value: '5' }, 'value-or-share');
    refused({ value: undefined }, 'value-or-share');
    refused({ ...share, operator: 'range' }, 'not-a-range');
    refused({ ...share, upper: '7' }, 'not-a-range');
    refused({ ...share, shareOf: { indicator: other, percent: '-1' } }, 'percent-negative');
  });
  test('of its own indicator only for a part of those counted', () => {
    const share = { value: undefined, shareOf: { indicator, percent: '50' } };
    given(periodTarget)
      .when(setIt(share), known)
      .thenLike([{ type: 'PeriodTargetSet' }]);
    refused({ ...share, dimensions: undefined }, 'share-of-itself');
  });
  test('a range has two ends, the others one', () => {
    refused({ operator: 'range' }, 'not-a-range');
    refused({ operator: 'range', upper: '50' }, 'not-a-range');
    refused({ upper: '60' }, 'not-a-range');
  });
  test('a period has a last day, not before its first; a dimension one value', () => {
    refused({ to: undefined }, 'period-incomplete');
    refused({ to: '2021-12-31' }, 'period-incomplete');
    refused({ dimensions: [...women, { name: 'sex', value: 'male' }] }, 'dimension-repeated');
  });
  test('the indicator is known, and not voided', () => {
    refused({}, 'unknown-indicator', { ...known, indicator: undefined });
    refused({}, 'indicator-voided', { ...known, indicator: { status: 'voided' } });
  });
  test('an id is used once', () =>
    given(periodTarget, set).when(setIt({}), known).thenRejected('period-target-exists'));
});

describe('revise a target of a period', () => {
  const revise = (fields: Partial<RevisePeriodTarget>) =>
    command(RevisePeriodTarget, { id, operator: 'min', value: '60', reason, ...fields });

  test('records what is to be reached now, and what that rests on', () =>
    given(periodTarget, set)
      .when(revise({ amendment: 'No. 1', effectiveFrom: '2022-07' }), known)
      .then([
        {
          type: 'PeriodTargetRevised',
          data: { operator: 'min', value: '60', amendment: 'No. 1', effectiveFrom: '2022-07' },
        },
      ]));
  test('to what it is already is already so', () =>
    given(periodTarget, set, revised).when(revise({}), known).thenAlreadySo());
  test('keeps to the rules of a target', () => {
    given(periodTarget, set)
      .when(revise({ upper: '70' }), known)
      .thenRejected('not-a-range');
    given(periodTarget, { ...set, data: { indicator, operator: 'min', value: '5' } } as Told)
      .when(revise({ value: undefined, shareOf: { indicator, percent: '5' } }), known)
      .thenRejected('share-of-itself');
  });
  test('the unknown and the voided are refused', () => {
    given(periodTarget).when(revise({}), known).thenRejected('unknown-period-target');
    given(periodTarget, set, voided).when(revise({}), known).thenRejected('period-target-voided');
  });
});

describe('correct a target of a period', () => {
  const correct = (fields: Partial<CorrectPeriodTarget>) =>
    command(CorrectPeriodTarget, { id, ...facts, value: '55', reason, ...fields });

  test('restates the whole and names what it replaces', () =>
    given(periodTarget, set)
      .when(correct({ to: '2022-06-30' }), known)
      .then([{ type: 'PeriodTargetCorrected', data: { ...facts, to: '2022-06-30', value: '55', replaces: 'e1' } }]));
  test('of one that was revised, the revision', () =>
    given(periodTarget, set, revised)
      .when(correct({}), known)
      .thenLike([{ data: { replaces: 'e2' } }]));
  test('what is stated already is already so', () => {
    given(periodTarget, set)
      .when(correct({ value: '50' }), known)
      .thenAlreadySo();
    given(periodTarget, set, revised)
      .when(correct({ value: '60', amendment: 'No. 1' }), known)
      .thenAlreadySo();
  });
  test('keeps to the rules of a target', () => {
    given(periodTarget, set)
      .when(correct({ to: undefined }), known)
      .thenRejected('period-incomplete');
    given(periodTarget, set)
      .when(correct({ operator: 'range' }), known)
      .thenRejected('not-a-range');
  });
  test('the unknown and the voided are refused', () => {
    given(periodTarget).when(correct({}), known).thenRejected('unknown-period-target');
    given(periodTarget, set, voided).when(correct({}), known).thenRejected('period-target-voided');
  });
});

describe('void a target of a period', () => {
  const void_ = command(VoidPeriodTarget, { id, reason });

  test('names the event it voids', () =>
    given(periodTarget, set)
      .when(void_, known)
      .then([{ type: 'PeriodTargetVoided', data: { voids: 'e1' } }]));
  test('of one that was revised, the revision: then the one before it holds again', () => {
    given(periodTarget, set, revised)
      .when(void_, known)
      .thenLike([{ data: { voids: 'e2' } }]);
    given(periodTarget, set, revised, { ...voided, data: { voids: 'e2' } })
      .when(void_, known)
      .thenLike([{ data: { voids: 'e1' } }]);
  });
  test('twice is already so', () => given(periodTarget, set, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(periodTarget).when(void_, known).thenRejected('unknown-period-target'));
});

describe('period-target-register', () => {
  test('shows the target in force, and what it was before', async () =>
    expect(await rows(periodTargetRegister, set, revised)).toEqual([
      { ...at, ...revised.data, status: 'set', earlier: [{ operator: 'min', value: '50' }] },
    ]));
  test('a correction restates the whole: what it leaves out is not stated any more', async () =>
    expect(await rows(periodTargetRegister, set, revised, corrected)).toEqual([
      {
        ...{ indicator, to: '2022-06-30', operator: 'min', value: '70', status: 'set' },
        earlier: [{ operator: 'min', value: '50' }],
      },
    ]));
  test('a voided revision is gone, a voided target stays, as voided', async () => {
    const [row] = await rows(periodTargetRegister, set, revised, { ...voided, data: { voids: 'e2' } });
    expect(row).toEqual({ ...facts, status: 'set', earlier: [] });
    expect(periodTargetRegister.validity?.(row as never)).toEqual({ from: at.from, to: at.to });
    expect(await rows(periodTargetRegister, set, voided)).toEqual([{ ...facts, status: 'voided', earlier: [] }]);
  });
});
