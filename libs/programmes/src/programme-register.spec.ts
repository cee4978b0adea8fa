import { rows } from '../../event-sourcing/src/given-when-then.js';
import { programmeRegister } from './programme-register.js';

const facts = { title: 'North Africa', kind: 'programme', regions: ['North Africa'] };
const created = { type: 'ProgrammeCreated', data: facts };

test('a programme as it was created', async () =>
  expect(await rows(programmeRegister, created)).toEqual([{ ...facts, status: 'created' }]));

test('a correction restates the whole: what it leaves out is not stated any more', async () => {
  const { regions: _, ...rest } = facts;
  const corrected = { type: 'ProgrammeCorrected', data: { ...rest, replaces: 'e1' } };
  expect(await rows(programmeRegister, created, corrected)).toEqual([{ ...rest, status: 'created' }]);
});

test('a voided programme stays in the register, as voided', async () =>
  expect(await rows(programmeRegister, created, { type: 'ProgrammeVoided', data: { voids: 'e1' } })).toMatchObject([
    { ...facts, status: 'voided' },
  ]));

test('dates that are not stated are null', () => {
  const row = { title: 'North Africa', kind: 'programme', status: 'created' } as const;
  expect(programmeRegister.validity?.(row)).toEqual({ from: null, to: null });
  expect(programmeRegister.validity?.({ ...row, start: '2020' })).toEqual({ from: '2020', to: null });
});
