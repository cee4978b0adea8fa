import { rows } from '../../event-sourcing/src/given-when-then.js';
import { logframeRegister } from './logframe-register.js';

const added = { type: 'ResultAdded', data: { code: '2.1.1', title: 'Participation in dialogues', order: 1 } };

test('a result whose level is not printed has none: not stated', async () =>
  expect(await rows(logframeRegister, added)).toEqual([
    { code: '2.1.1', title: 'Participation in dialogues', order: 1, status: 'added' },
  ]));

test('a correction restates the whole: what it leaves out is not stated any more', async () => {
  const corrected = { type: 'ResultCorrected', data: { title: 'Participation', order: 1, replaces: 'e1' } };
  expect(await rows(logframeRegister, added, corrected)).toEqual([
    { title: 'Participation', order: 1, status: 'added' },
  ]);
});

test('a voided result stays in the register, as voided', async () =>
  expect(await rows(logframeRegister, added, { type: 'ResultVoided', data: { voids: 'e1' } })).toMatchObject([
    { code: '2.1.1', status: 'voided' },
  ]));
