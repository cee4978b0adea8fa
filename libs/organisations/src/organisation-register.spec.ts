import { rows } from '../../event-sourcing/src/given-when-then.js';
import { organisationRegister, type OrganisationRow } from './organisation-register.js';

const facts = { name: 'Libyan CSO network', kind: 'civil-society-network' };
const at = (thing: string) => ({ type: 'OrganisationRegistered', data: facts, thing });
const registered = { type: 'OrganisationRegistered', data: facts };
const activated = { type: 'OrganisationStatusRecorded', data: { status: 'active', since: '2022-05' } };
const ended = { type: 'OrganisationStatusRecorded', data: { status: 'inactive' } };

test('whether it is active is not stated until somebody says so', async () =>
  expect(await rows(organisationRegister, registered)).toEqual([{ ...facts, status: 'registered', earlier: [] }]));

test('a correction restates the organisation and keeps its activity', async () => {
  const corrected = { type: 'OrganisationCorrected', data: { ...facts, acronym: 'LCN', replaces: 'e1' } };
  expect(await rows(organisationRegister, registered, activated, corrected)).toEqual([
    { ...facts, acronym: 'LCN', status: 'registered', activity: { status: 'active', since: '2022-05' }, earlier: [] },
  ]);
});

test('a corrected status replaces the last one', async () => {
  const corrected = { type: 'OrganisationStatusCorrected', data: { status: 'active', since: '2022', replaces: 'e2' } };
  expect(await rows(organisationRegister, registered, activated, corrected)).toMatchObject([
    { activity: { status: 'active', since: '2022' }, earlier: [] },
  ]);
});

test('a voided status brings the one before back', async () => {
  const voided = { type: 'OrganisationStatusVoided', data: { voids: 'e3' } };
  expect(await rows(organisationRegister, registered, activated, ended)).toMatchObject([
    { activity: { status: 'inactive' }, earlier: [{ status: 'active', since: '2022-05' }] },
  ]);
  expect(await rows(organisationRegister, registered, activated, ended, voided)).toEqual(
    await rows(organisationRegister, registered, activated),
  );
});

test('a voided organisation stays in the register, as voided', async () =>
  expect(
    await rows(organisationRegister, registered, { type: 'OrganisationVoided', data: { voids: 'e1' } }),
  ).toMatchObject([{ status: 'voided' }]));

test('it holds from the day it is active since, where that is stated', () => {
  const row = { name: 'N', kind: 'other', status: 'registered', earlier: [] } as const;
  expect(organisationRegister.validity?.(row)).toEqual({ from: null });
  expect(organisationRegister.validity?.({ ...row, activity: { status: 'active', since: '2022-05' } })).toEqual({
    from: '2022-05',
  });
});

test('a merged one says into which, until it is separated', async () => {
  const merged = { type: 'OrganisationMerged', data: { into: 'o2' } };
  const separated = { type: 'OrganisationSeparated', data: { undoes: 'e2' } };
  expect(await rows(organisationRegister, at('thing'), merged)).toEqual([
    { ...facts, status: 'merged', mergedInto: 'o2', earlier: [] },
  ]);
  expect(await rows(organisationRegister, at('thing'), merged, separated)).toEqual([
    { ...facts, status: 'registered', earlier: [] },
  ]);
});

describe('the members of a group', () => {
  const group = { ...at('eu'), data: { name: 'Union', kind: 'other', groupOf: 'countries', statedMembers: 2 } };
  const recorded = (membership: string, member: string, more: object = {}) => ({
    type: 'MembershipRecorded',
    data: { group: 'eu', member, ...more },
    thing: membership,
  });
  const merged = (id: string, into: string) => ({ type: 'OrganisationMerged', data: { into }, thing: id });
  const separated = (id: string) => ({ type: 'OrganisationSeparated', data: { undoes: 'e' }, thing: id });
  const given = [group, at('a'), at('b'), at('c')];
  const [first, second, third] = [recorded('m1', 'a'), recorded('m2', 'b'), recorded('m3', 'c')];
  const union = async (...events: { type: string; data: object; thing: string }[]) => {
    const [row] = await rows(organisationRegister, ...given, ...events);
    const { members, listedMembers, membersDisagree } = row as OrganisationRow;
    return { members, listedMembers, membersDisagree };
  };
  const row = (organisation: string, membership: string, more: object = {}) => ({ organisation, membership, ...more });

  test('are those of its memberships; a stated number that is another is flagged', async () => {
    expect(await union()).toEqual({});
    expect(await union(first)).toEqual({ members: [row('a', 'm1')], listedMembers: 1, membersDisagree: true });
    expect(await union(first, second)).toEqual({ members: [row('a', 'm1'), row('b', 'm2')], listedMembers: 2 });
    expect(await union(first, second, third)).toMatchObject({ listedMembers: 3, membersDisagree: true });
  });
  test('the flag goes once the stated number is corrected', async () => {
    const data = { name: 'Union', kind: 'other', groupOf: 'countries', statedMembers: 1, replaces: 'e1' };
    expect(await union(first, { type: 'OrganisationCorrected', data, thing: 'eu' })).toEqual({
      members: [row('a', 'm1')],
      listedMembers: 1,
    });
  });
  test('who left is listed, and counts no more', async () =>
    expect(await union(first, recorded('m2', 'b', { until: '2020-01-31' }))).toEqual({
      members: [row('a', 'm1'), row('b', 'm2', { isFormer: true })],
      listedMembers: 1,
      membersDisagree: true,
    }));
  test('who was voided is listed, and counts no more; so does who was merged into it', async () => {
    const voided = { type: 'OrganisationVoided', data: { voids: 'e' }, thing: 'b' };
    expect(await union(first, second, voided)).toEqual({
      members: [row('a', 'm1'), row('b', 'm2', { isVoided: true })],
      listedMembers: 1,
      membersDisagree: true,
    });
    expect(await union(first, third, merged('a', 'b'), voided)).toMatchObject({
      members: [row('a', 'm1', { countsAs: 'b', isVoided: true }), row('c', 'm3')],
      listedMembers: 1,
    });
    expect(await union(first, third, merged('a', 'b'), voided, separated('a'))).toEqual({
      members: [row('a', 'm1'), row('c', 'm3')],
      listedMembers: 2,
    });
  });
  test('a correction may be of another group; a voided one is none', async () => {
    const other = { group: 'c', member: 'b', replaces: 'e' };
    const moved = { type: 'MembershipCorrected', data: other, thing: 'm2' };
    const voided = { type: 'MembershipVoided', data: { voids: 'e' }, thing: 'm2' };
    expect(await union(first, second, moved)).toMatchObject({ members: [row('a', 'm1')], listedMembers: 1 });
    const all = await rows(organisationRegister, ...given, first, second, moved);
    expect(all[3]).toMatchObject({ members: [row('b', 'm2')], listedMembers: 1 });
    expect((await rows(organisationRegister, ...given, first, second, moved, voided))[3]).not.toHaveProperty('members');
    expect(await union(first, second, voided)).toMatchObject({ members: [row('a', 'm1')], listedMembers: 1 });
    expect(await union(first, { ...voided, thing: 'm1' })).toEqual({});
  });
  test('what is merged counts as the other one, near or far, also a member recorded later', async () => {
    expect(await union(first, second, third, merged('a', 'b'))).toEqual({
      members: [row('a', 'm1', { countsAs: 'b' }), row('b', 'm2'), row('c', 'm3')],
      listedMembers: 2,
    });
    const chain = [merged('a', 'b'), merged('b', 'c')];
    expect(await union(first, second, third, ...chain)).toMatchObject({ listedMembers: 1 });
    expect(await union(...chain, first, second, third)).toMatchObject({ listedMembers: 1 });
    expect(await union(first, second, third, ...chain, separated('b'))).toMatchObject({ listedMembers: 2 });
    expect(await union(first, second, third, ...chain, separated('a'))).toMatchObject({ listedMembers: 2 });
  });
});

test('of a group that is not there it makes no row', async () => {
  const orphan = { type: 'MembershipRecorded', data: { group: 'x', member: 'y' }, thing: 'm' };
  expect(await rows(organisationRegister, orphan)).toEqual([]);
});
