import { rows } from '../../event-sourcing/src/given-when-then.js';
import { membershipRegister } from './membership-register.js';

const facts = { group: 'g', member: 'm', since: '2019', until: '2021' };
const recorded = { type: 'MembershipRecorded', data: facts };

test('has every membership', async () =>
  expect(await rows(membershipRegister, recorded)).toEqual([{ ...facts, status: 'recorded' }]));

test('a correction restates the whole: what it leaves out is not stated any more', async () => {
  const { until: _, ...rest } = facts;
  const corrected = { type: 'MembershipCorrected', data: { ...rest, replaces: 'e1' } };
  expect(await rows(membershipRegister, recorded, corrected)).toEqual([{ ...rest, status: 'recorded' }]);
});

test('a voided one stays, as voided', async () =>
  expect(await rows(membershipRegister, recorded, { type: 'MembershipVoided', data: { voids: 'e1' } })).toMatchObject([
    { status: 'voided' },
  ]));

test('since when may be not stated; what nobody said to have ended is open', () => {
  const row = { group: 'g', member: 'm', status: 'recorded' } as const;
  expect(membershipRegister.validity?.(row)).toEqual({ from: null });
  expect(membershipRegister.validity?.({ ...row, ...facts })).toEqual({ from: '2019', to: '2021' });
});
