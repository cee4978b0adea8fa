import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectBaseline,
  CorrectTarget,
  DefineIndicator,
  RedefineIndicator,
  ReviseTarget,
  SetBaseline,
  SetTarget,
  VoidBaseline,
  VoidIndicator,
  VoidTarget,
} from './indicator-commands.js';
import { indicator, type DefinitionData, type IndicatorEvent } from './indicator.js';

type Told = IndicatorEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const result = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The logframe says otherwise.' } as const;

const facts: Omit<DefinitionData, 'note'> = {
  result,
  name: '# of participants',
  unit: 'participants',
  order: 1,
  measure: { kind: 'sum', of: 'training', filter: { results: [result] } },
  accumulation: 'running-total',
  direction: 'ascending',
};
const min85 = { operator: 'min', value: '85', at: '2023' } as const;
const min100 = { ...min85, value: '100' };

const defined: Told = { id: 'e1', type: 'IndicatorDefined', data: facts };
const voided: Told = { id: 'e9', type: 'IndicatorVoided', data: { voids: 'e1' } };
const baseline: Told = { id: 'e2', type: 'BaselineSet', data: { value: '0', at: '2021' } };
const target: Told = { id: 'e3', type: 'TargetSet', data: min85 };
const revised: Told = { id: 'e4', type: 'TargetRevised', data: { ...min100, amendment: 'No. 1' } };

const none = new Map<string, { status: string }>();
const added = { status: 'added' };
const known = { result: added, filter: { results: new Map([[result, added]]), activities: none } };

describe('define an indicator', () => {
  const define = command(DefineIndicator, { id, ...facts, note: 'Agreed with the donor.' });

  test('records it, its note apart', () =>
    given(indicator)
      .when(define, known)
      .then([{ type: 'IndicatorDefined', data: facts, texts: { note: 'Agreed with the donor.' } }]));
  test('an id is used once', () => given(indicator, defined).when(define, known).thenRejected('indicator-exists'));
  test('it measures a result that the logframe has', () => {
    given(indicator)
      .when(define, { ...known, result: undefined })
      .thenRejected('unknown-result');
    given(indicator)
      .when(define, { ...known, result: { status: 'voided' } })
      .thenRejected('unknown-result');
  });
  test.each([
    [{ kind: 'sum', of: 'meeting' }, 'running-total', 'measure-impossible'],
    [{ kind: 'count', of: 'observation' }, 'running-total', 'measure-impossible'],
    [{ kind: 'count', of: 'activity', filter: { purposes: ['dialogue'] } }, 'running-total', 'measure-impossible'],
    [{ kind: 'count', of: 'training', filter: { kinds: ['worksop'] } }, 'running-total', 'measure-impossible'],
    [{ kind: 'reported', of: 'observation', filter: { results: [result] } }, 'latest', 'measure-impossible'],
    [{ kind: 'count', of: 'activity' }, 'latest', 'accumulation-impossible'],
    [{ kind: 'in-state', of: 'organisation' }, 'running-total', 'accumulation-impossible'],
  ] as const)('%j with %s is refused', (measure, accumulation, code) =>
    given(indicator)
      .when(
        command(DefineIndicator, { id, ...facts, measure: measure as DefinitionData['measure'], accumulation }),
        known,
      )
      .thenRejected(code),
  );
  test.each([
    [{ kind: 'reported', of: 'observation' }, 'latest'],
    [{ kind: 'reported', of: 'observation' }, 'running-total'],
    [{ kind: 'in-state', of: 'organisation', filter: { kinds: ['civil-society-network'] } }, 'latest'],
    [{ kind: 'distinct', of: 'meeting', filter: { purposes: ['dialogue'] } }, 'running-total'],
  ] as const)('%j with %s is taken', (measure, accumulation) =>
    given(indicator)
      .when(
        command(DefineIndicator, { id, ...facts, measure: measure as DefinitionData['measure'], accumulation }),
        known,
      )
      .thenLike([{ type: 'IndicatorDefined', data: { measure } }]),
  );
  test.each(['percentage', 'nominal', 'ordinal', 'qualitative'] as const)(
    'what is %s does not add up',
    (iatiMeasure) => {
      const of = { measure: { kind: 'reported', of: 'observation' }, iatiMeasure } as const;
      given(indicator)
        .when(command(DefineIndicator, { id, ...facts, ...of, accumulation: 'latest' }), known)
        .thenLike([{ type: 'IndicatorDefined', data: { iatiMeasure } }]);
      given(indicator)
        .when(command(DefineIndicator, { id, ...facts, ...of }), known)
        .thenRejected('not-summable');
      given(indicator)
        .when(command(DefineIndicator, { id, ...facts, iatiMeasure }), known)
        .thenRejected('not-summable');
    },
  );
  test('what is of a unit may', () =>
    given(indicator)
      .when(command(DefineIndicator, { id, ...facts, iatiMeasure: 'unit' }), known)
      .thenLike([{ type: 'IndicatorDefined', data: { iatiMeasure: 'unit' } }]));
});

describe('redefine an indicator', () => {
  const measure = { kind: 'count', of: 'training' } as const;
  const redefine = command(RedefineIndicator, { id, ...facts, measure, reason });

  test('states the whole anew and names what it replaces', () =>
    given(indicator, defined)
      .when(redefine, known)
      .then([{ type: 'IndicatorRedefined', data: { ...facts, measure, replaces: 'e1' }, texts: { note: undefined } }]));
  test('what is so already is no break in the series', () =>
    given(indicator, defined)
      .when(command(RedefineIndicator, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('a note given again is news', () =>
    given(indicator, defined)
      .when(command(RedefineIndicator, { id, ...facts, note: 'Why.', reason }), known)
      .thenLike([{ type: 'IndicatorRedefined' }]));
  test('it must be possible as well', () =>
    given(indicator, defined)
      .when(command(RedefineIndicator, { id, ...facts, accumulation: 'latest', reason }), known)
      .thenRejected('accumulation-impossible'));
  test('neither an unknown one nor a voided one', () => {
    given(indicator).when(redefine, known).thenRejected('unknown-indicator');
    given(indicator, defined, voided).when(redefine, known).thenRejected('indicator-voided');
  });
  test('leaves baseline and target as they are', () =>
    given(indicator, defined, baseline, target, {
      id: 'e5',
      type: 'IndicatorRedefined',
      data: { ...facts, measure, replaces: 'e1' },
    } as Told)
      .when(command(SetTarget, { id, ...min85 }))
      .thenAlreadySo());
});

describe('void an indicator', () => {
  const voiding = command(VoidIndicator, { id, reason });

  test('names the event that defines it now', () => {
    given(indicator, defined)
      .when(voiding)
      .then([{ type: 'IndicatorVoided', data: { voids: 'e1' } }]);
    given(indicator, defined, {
      id: 'e5',
      type: 'IndicatorRedefined',
      data: { ...facts, order: 2, replaces: 'e1' },
    } as Told)
      .when(voiding)
      .then([{ type: 'IndicatorVoided', data: { voids: 'e5' } }]);
  });
  test('once is enough', () => given(indicator, defined, voided).when(voiding).thenAlreadySo());
  test('not what never was', () => given(indicator).when(voiding).thenRejected('unknown-indicator'));
});

describe('the baseline', () => {
  const set = command(SetBaseline, { id, value: '0', at: '2021' });
  const correct = command(CorrectBaseline, { id, value: '2', at: '2021', reason });
  const voiding = command(VoidBaseline, { id, reason });

  test('is set once', () => {
    given(indicator, defined)
      .when(set)
      .then([{ type: 'BaselineSet', data: { value: '0', at: '2021' } }]);
    given(indicator, defined, baseline).when(set).thenAlreadySo();
    given(indicator, defined, baseline)
      .when(command(SetBaseline, { id, value: '1' }))
      .thenRejected('baseline-exists');
    given(indicator, defined, voided).when(set).thenRejected('indicator-voided');
  });
  test('is corrected, naming what it replaces', () => {
    given(indicator, defined, baseline)
      .when(correct)
      .then([{ type: 'BaselineCorrected', data: { value: '2', at: '2021', replaces: 'e2' } }]);
    given(indicator, defined, baseline)
      .when(command(CorrectBaseline, { id, value: '0', at: '2021', reason }))
      .thenAlreadySo();
    given(indicator, defined).when(correct).thenRejected('no-baseline');
  });
  test('is voided, and can then be set anew', () => {
    given(indicator, defined, baseline)
      .when(voiding)
      .then([{ type: 'BaselineVoided', data: { voids: 'e2' } }]);
    given(indicator, defined).when(voiding).thenAlreadySo();
    given(indicator).when(voiding).thenRejected('unknown-indicator');
    given(indicator, defined, baseline, { id: 'e6', type: 'BaselineVoided', data: { voids: 'e2' } } as Told)
      .when(set)
      .thenLike([{ type: 'BaselineSet' }]);
  });
});

describe('the target', () => {
  const set = command(SetTarget, { id, ...min85 });
  const revise = command(ReviseTarget, { id, ...min100, effectiveFrom: '2022-06', amendment: 'No. 1', reason });
  const correct = command(CorrectTarget, { id, ...min85, value: '80', reason });
  const voiding = command(VoidTarget, { id, reason });

  test('is set once', () => {
    given(indicator, defined)
      .when(set)
      .then([{ type: 'TargetSet', data: min85 }]);
    given(indicator, defined, target).when(set).thenAlreadySo();
    given(indicator, defined, target)
      .when(command(SetTarget, { id, ...min100 }))
      .thenRejected('target-exists');
  });
  test('of a range has a lower and a higher end, the others one value', () => {
    const setting = (fields: object) => given(indicator, defined).when(command(SetTarget, { id, ...min85, ...fields }));
    setting({ operator: 'range', upper: '90' }).thenLike([{ data: { upper: '90' } }]);
    setting({ operator: 'range' }).thenRejected('not-a-range');
    setting({ upper: '90' }).thenRejected('not-a-range');
    setting({ operator: 'range', upper: '85.0' }).thenRejected('not-a-range');
    // As binary floats these two would be one.
    setting({ operator: 'range', value: '9007199254740993', upper: '9007199254740992' }).thenRejected('not-a-range');
    setting({ operator: 'range', value: '9007199254740992', upper: '9007199254740993' }).thenLike([
      { type: 'TargetSet' },
    ]);
  });
  test('is revised with what it rests on; every revision is kept', () => {
    const data = { ...min100, effectiveFrom: '2022-06', amendment: 'No. 1' };
    given(indicator, defined, target)
      .when(revise)
      .then([{ type: 'TargetRevised', data }]);
    given(indicator, defined, target)
      .when(command(ReviseTarget, { id, ...min85, reason }))
      .thenAlreadySo();
    given(indicator, defined).when(revise).thenRejected('no-target');
    given(indicator, defined, target)
      .when(command(ReviseTarget, { id, ...min85, upper: '90', reason }))
      .thenRejected('not-a-range');
  });
  test('is corrected where it was recorded wrongly', () => {
    given(indicator, defined, target)
      .when(correct)
      .then([{ type: 'TargetCorrected', data: { ...min85, value: '80', replaces: 'e3' } }]);
    given(indicator, defined, target, revised)
      .when(command(CorrectTarget, { id, ...min100, amendment: 'No. 2', reason }))
      .then([{ type: 'TargetCorrected', data: { ...min100, amendment: 'No. 2', replaces: 'e4' } }]);
    given(indicator, defined, target)
      .when(command(CorrectTarget, { id, ...min85, reason }))
      .thenAlreadySo();
    given(indicator, defined).when(correct).thenRejected('no-target');
    given(indicator, defined, target)
      .when(command(CorrectTarget, { id, ...min85, upper: '1', reason }))
      .thenRejected('not-a-range');
  });
  test('is voided: the one before it holds again, or none', () => {
    given(indicator, defined, target)
      .when(voiding)
      .then([{ type: 'TargetVoided', data: { voids: 'e3' } }]);
    given(indicator, defined, target, revised)
      .when(voiding)
      .then([{ type: 'TargetVoided', data: { voids: 'e4' } }]);
    given(indicator, defined).when(voiding).thenAlreadySo();
    const gone: Told = { id: 'e7', type: 'TargetVoided', data: { voids: 'e4' } };
    given(indicator, defined, target, revised, gone).when(set).thenAlreadySo();
    given(indicator, defined, target, gone)
      .when(command(SetTarget, { id, ...min100 }))
      .thenLike([{ type: 'TargetSet' }]);
  });
});
