import { rows } from '../../event-sourcing/src/given-when-then.js';
import { indicatorRegister, observationRegister } from './indicator-register.js';
import type { DefinitionData, IndicatorEvent } from './indicator.js';
import type { ObservationEvent } from './observation.js';
import { posting } from './posting.js';

const facts: DefinitionData = {
  result: 'r1',
  name: '# of trainings',
  unit: 'trainings',
  order: 1,
  measure: { kind: 'count', of: 'training' },
  accumulation: 'running-total',
  direction: 'ascending',
};
const defined: IndicatorEvent = { type: 'IndicatorDefined', data: facts };
const target: IndicatorEvent = { type: 'TargetSet', data: { operator: 'min', value: '85', at: '2023' } };
const revised: IndicatorEvent = { type: 'TargetRevised', data: { operator: 'min', value: '100', amendment: 'No. 1' } };
const of = async (...events: IndicatorEvent[]) => (await rows(indicatorRegister, ...events))[0];
const row = { ...facts, status: 'defined', version: 1, earlierTargets: [] };

describe('indicator-register', () => {
  test('an indicator begins with version 1 of its definition', async () => expect(await of(defined)).toEqual(row));
  const restated = (changed: Partial<DefinitionData>): IndicatorEvent => ({
    type: 'IndicatorRedefined',
    data: { ...facts, ...changed, replaces: 'e1' },
  });
  test('a redefinition is the next version, and keeps baseline and target', async () => {
    const measure = { kind: 'count', of: 'training', filter: { kinds: ['workshop'] } } as const;
    const anew = restated({ name: '# of workshops', measure: { ...measure, filter: { kinds: ['workshop'] } } });
    expect(await of(defined, { type: 'BaselineSet', data: { value: '0' } }, target, anew)).toEqual({
      ...row,
      name: '# of workshops',
      measure,
      version: 2,
      baseline: { value: '0' },
      target: target.data,
    });
  });
  test.each([
    [{ measure: { kind: 'sum', of: 'training' } }, 2],
    [{ accumulation: 'latest' }, 2],
    [{ direction: 'descending' }, 2],
    // The same, written otherwise.
    [{ measure: { of: 'training', kind: 'count' } }, 1],
    [{ name: '# of training events', unit: 'events', order: 4, source: 'Lists', result: 'r2' }, 1],
  ] as [Partial<DefinitionData>, number][])('restated with %j it is version %i', async (changed, version) =>
    expect(await of(defined, restated(changed))).toEqual({ ...row, ...changed, version }),
  );
  test('what it was before and is again is a version of its own', async () => {
    const [sum, count] = [restated({ measure: { kind: 'sum', of: 'training' } }), restated({})];
    expect(await of(defined, sum, count, restated({ name: '# of events' }))).toMatchObject({ version: 3 });
  });
  test('a baseline is corrected, and voided', async () => {
    const set: IndicatorEvent = { type: 'BaselineSet', data: { value: '0', at: '2021' } };
    const corrected: IndicatorEvent = { type: 'BaselineCorrected', data: { value: '2', replaces: 'e2' } };
    expect(await of(defined, set, corrected)).toEqual({ ...row, baseline: { value: '2' } });
    expect(await of(defined, set, corrected, { type: 'BaselineVoided', data: { voids: 'e3' } })).toEqual(row);
  });
  test('to say of which IATI measure it is breaks no series', async () => {
    const said: IndicatorEvent = {
      type: 'IndicatorRedefined',
      data: { ...facts, iatiMeasure: 'unit', replaces: 'e1' },
    };
    expect(await of(defined, said)).toEqual({ ...row, iatiMeasure: 'unit' });
  });
  test('a target is revised, corrected, and voided back to the one before', async () => {
    expect(await of(defined, target, revised)).toEqual({ ...row, target: revised.data, earlierTargets: [target.data] });
    const corrected: IndicatorEvent = {
      type: 'TargetCorrected',
      data: { operator: 'min', value: '99', replaces: 'e3' },
    };
    expect(await of(defined, target, revised, corrected)).toEqual({
      ...row,
      target: { operator: 'min', value: '99' },
      earlierTargets: [target.data],
    });
    const voided: IndicatorEvent = { type: 'TargetVoided', data: { voids: 'e3' } };
    expect(await of(defined, target, revised, voided)).toEqual({ ...row, target: target.data });
    expect(await of(defined, target, revised, voided, voided)).toEqual(row);
  });
  test('a voided one says so', async () =>
    expect(await of(defined, { type: 'IndicatorVoided', data: { voids: 'e1' } })).toEqual({
      ...row,
      status: 'voided',
    }));
});

describe('observation-register', () => {
  const recorded: ObservationEvent = {
    type: 'ValueRecorded',
    data: { indicator: 'i1', value: '3', occurredOn: '2022-06' },
  };
  const nothing: ObservationEvent = {
    type: 'NothingTookPlace',
    data: { indicator: 'i1', from: '2022-04-01', to: '2022-06-30' },
  };

  test('a value is restated as a whole, and voided', async () => {
    const corrected: ObservationEvent = {
      type: 'ValueCorrected',
      data: { indicator: 'i1', value: '4', replaces: 'e1' },
    };
    expect(await rows(observationRegister, recorded, corrected)).toEqual([
      { indicator: 'i1', value: '4', status: 'recorded' },
    ]);
    expect(await rows(observationRegister, recorded, { type: 'ValueVoided', data: { voids: 'e1' } })).toEqual([
      { ...recorded.data, status: 'voided' },
    ]);
  });
  test('holds on its day, or in its window', async () => {
    const [value, window] = [
      ...(await rows(observationRegister, recorded)),
      ...(await rows(observationRegister, nothing)),
    ];
    expect(observationRegister.validity?.(value as never)).toEqual({ from: '2022-06', to: '2022-06' });
    expect(observationRegister.validity?.(window as never)).toEqual({ from: '2022-04-01', to: '2022-06-30' });
    expect(observationRegister.validity?.({ indicator: 'i1', value: '3', status: 'recorded' })).toEqual({
      from: null,
      to: null,
    });
  });
});

describe('posting', () => {
  const made = { key: 'i1', scope: 'p1', ordinal: 7, document: row };
  const definition = posting.definition(made)!;

  test('a definition is what its row states, at its version', () =>
    expect(definition).toEqual({ indicator: 'i1', version: 1, scope: 'p1', ordinal: 7, measure: facts.measure }));
  test('facts of its own project; organisations are of no project', () => {
    expect(posting.takes(definition, 'p1')).toBe(true);
    expect(posting.takes(definition, 'p2')).toBe(false);
    expect(posting.takes(definition, 'ledger')).toBe(false);
    const networks = { ...definition, measure: { kind: 'in-state', of: 'organisation' } as const };
    expect(posting.takes(networks, 'ledger')).toBe(true);
    expect(posting.takes(networks, 'p2')).toBe(false);
  });
});
