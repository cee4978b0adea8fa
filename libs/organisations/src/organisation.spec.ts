import { command, given } from '../../event-sourcing/src/given-when-then.js';
import type { OrganisationEvent } from './organisation-events.js';
import {
  CorrectOrganisation,
  CorrectOrganisationStatus,
  MergeOrganisation,
  organisation,
  RecordOrganisationStatus,
  RegisterOrganisation,
  SeparateOrganisation,
  VoidOrganisation,
  VoidOrganisationStatus,
} from './organisation.js';

const id = '018f3f5e-0000-7000-8000-0000000000c1';
const reason = { code: 'data-quality', text: 'Its statute says otherwise.' } as const;

const facts = { name: 'Libyan CSO network', kind: 'civil-society-network', country: 'LY' } as const;
const active = { status: 'active', since: '2022-05' } as const;

const other = '018f3f5e-0000-7000-8000-0000000000c2';

type Given = OrganisationEvent & { id: string };
const registered: Given = { id: 'e1', type: 'OrganisationRegistered', data: facts };
const voided: Given = { id: 'e2', type: 'OrganisationVoided', data: { voids: 'e1' } };
const activated: Given = { id: 'e3', type: 'OrganisationStatusRecorded', data: active };
const merged: Given = { id: 'e5', type: 'OrganisationMerged', data: { into: other } };
const separated: Given = { id: 'e6', type: 'OrganisationSeparated', data: { undoes: 'e5' } };
const ended: Given = { id: 'e4', type: 'OrganisationStatusRecorded', data: { status: 'inactive', since: '2022-06' } };

describe('register an organisation', () => {
  const register = command(RegisterOrganisation, { id, ...facts, note: 'Named in the second report.' });

  test('records what it is, its note apart', () =>
    given(organisation)
      .when(register)
      .then([{ type: 'OrganisationRegistered', data: facts, texts: { note: 'Named in the second report.' } }]));
  test('an id is used once', () => given(organisation, registered).when(register).thenRejected('organisation-exists'));
  test('also that of a voided one', () =>
    given(organisation, registered, voided).when(register).thenRejected('organisation-exists'));

  const names = [
    { lang: 'ar', name: 'شبكة' },
    { lang: 'en', name: 'Migration network', from: '2019', until: '2022-05' },
  ];
  const group = { ...facts, names, kind: 'other', iatiType: '11', groupOf: 'cities', statedMembers: 20 } as const;
  test('with names by language, an IATI type and how many members it states', () =>
    given(organisation)
      .when(command(RegisterOrganisation, { id, ...group, names }))
      .thenLike([{ type: 'OrganisationRegistered', data: group }]));
  test('no name ends before it begins', () =>
    given(organisation)
      .when(command(RegisterOrganisation, { id, ...facts, names: [{ ...names[1]!, until: '2018' }] }))
      .thenRejected('name-ends-before-it-begins'));
});

describe('correct an organisation', () => {
  const correct = command(CorrectOrganisation, { id, ...facts, acronym: 'LCN', reason });

  test('restates the whole and names what it replaces', () =>
    given(organisation, registered)
      .when(correct)
      .thenLike([{ type: 'OrganisationCorrected', data: { ...facts, acronym: 'LCN', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(organisation, registered)
      .when(command(CorrectOrganisation, { id, ...facts, reason }))
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(organisation, registered, voided).when(correct).thenRejected('organisation-voided'));
  test('a merged one neither', () =>
    given(organisation, registered, merged).when(correct).thenRejected('organisation-merged'));
  test('the rules hold for it too', () =>
    given(organisation, registered)
      .when(
        command(CorrectOrganisation, {
          id,
          ...facts,
          names: [{ lang: 'en', name: 'N', from: '2020', until: '2019' }],
          reason,
        }),
      )
      .thenRejected('name-ends-before-it-begins'));
  test('the unknown is refused', () => given(organisation).when(correct).thenRejected('unknown-organisation'));
});

describe('void an organisation', () => {
  const void_ = command(VoidOrganisation, { id, reason });

  test('names the event it voids', () =>
    given(organisation, registered)
      .when(void_)
      .then([{ type: 'OrganisationVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(organisation, registered, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(organisation).when(void_).thenRejected('unknown-organisation'));
});

describe('record whether it is active', () => {
  const record = command(RecordOrganisationStatus, { id, ...active });
  const end = command(RecordOrganisationStatus, { id, status: 'inactive', since: '2022-06' });

  test('records since when', () =>
    given(organisation, registered)
      .when(record)
      .thenLike([{ type: 'OrganisationStatusRecorded', data: active }]));
  test('since when need not be known', () =>
    given(organisation, registered)
      .when(command(RecordOrganisationStatus, { id, status: 'active' }))
      .thenLike([{ type: 'OrganisationStatusRecorded', data: { status: 'active' } }]));
  test('the same again is already so', () => given(organisation, registered, activated).when(record).thenAlreadySo());
  test('the same since another day must be a correction', () =>
    given(organisation, registered, activated)
      .when(command(RecordOrganisationStatus, { id, status: 'active', since: '2022-04' }))
      .thenRejected('status-unchanged'));
  test('a change follows the one before', () =>
    given(organisation, registered, activated)
      .when(end)
      .thenLike([{ type: 'OrganisationStatusRecorded', data: { status: 'inactive', since: '2022-06' } }]));
  test('and is not before it', () =>
    given(organisation, registered, activated)
      .when(command(RecordOrganisationStatus, { id, status: 'inactive', since: '2021' }))
      .thenRejected('before-the-last-status'));
  test('it is not in the future', () =>
    given(organisation, registered)
      .when(command(RecordOrganisationStatus, { id, status: 'active', since: '2022-07' }))
      .thenRejected('in-the-future'));
  test('a voided organisation takes none', () =>
    given(organisation, registered, voided).when(record).thenRejected('organisation-voided'));
});

describe('correct and void the status', () => {
  const correct = command(CorrectOrganisationStatus, { id, status: 'active', since: '2022-04', reason });
  const void_ = command(VoidOrganisationStatus, { id, reason });

  test('it is corrected', () =>
    given(organisation, registered, activated)
      .when(correct)
      .thenLike([
        { type: 'OrganisationStatusCorrected', data: { status: 'active', since: '2022-04', replaces: 'e3' } },
      ]));
  test('a correction to what is stated is already so', () =>
    given(organisation, registered, activated)
      .when(command(CorrectOrganisationStatus, { id, ...active, reason }))
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(organisation, registered).when(correct).thenRejected('no-status'));
  test('a correction does not repeat the status before', () =>
    given(organisation, registered, activated, ended).when(correct).thenRejected('status-unchanged'));
  test('it is voided', () =>
    given(organisation, registered, activated)
      .when(void_)
      .then([{ type: 'OrganisationStatusVoided', data: { voids: 'e3' } }]));
  test('then the one before holds again', () =>
    given(organisation, registered, activated, ended, {
      type: 'OrganisationStatusVoided',
      data: { voids: 'e4' },
    } as OrganisationEvent)
      .when(void_)
      .then([{ type: 'OrganisationStatusVoided', data: { voids: 'e3' } }]));
  test('voiding none is already so', () => given(organisation, registered).when(void_).thenAlreadySo());
  test('a voided organisation has none to void', () =>
    given(organisation, registered, activated, voided).when(void_).thenRejected('organisation-voided'));
});

describe('merge an organisation into another', () => {
  const merge = command(MergeOrganisation, { id, into: other, reason });
  const known = { into: { status: 'registered' } };

  test('names the one that it is the same as', () =>
    given(organisation, registered)
      .when(merge, known)
      .then([{ type: 'OrganisationMerged', data: { into: other } }]));
  test('twice is already so', () => given(organisation, registered, merged).when(merge, known).thenAlreadySo());
  test('into another one only once it is separated', () =>
    given(organisation, registered, merged)
      .when(command(MergeOrganisation, { id, into: '018f3f5e-0000-7000-8000-0000000000c3', reason }), known)
      .thenRejected('organisation-merged'));
  test('not into itself', () =>
    given(organisation, registered)
      .when(command(MergeOrganisation, { id, into: id, reason }), known)
      .thenRejected('merged-into-itself'));
  test('not into one that was merged itself: so none comes back to where it began', () =>
    given(organisation, registered)
      .when(merge, { into: { status: 'merged' } })
      .thenRejected('target-merged'));
  test('not into a voided one', () =>
    given(organisation, registered)
      .when(merge, { into: { status: 'voided' } })
      .thenRejected('unknown-target'));
  test('nor into the unknown', () =>
    given(organisation, registered).when(merge, { into: undefined }).thenRejected('unknown-target'));
  test('a voided one is not merged', () =>
    given(organisation, registered, voided).when(merge, known).thenRejected('organisation-voided'));
  test('the unknown neither', () => given(organisation).when(merge, known).thenRejected('unknown-organisation'));
});

describe('separate what was merged', () => {
  const separate = command(SeparateOrganisation, { id, reason });

  test('undoes the merge', () =>
    given(organisation, registered, merged)
      .when(separate)
      .then([{ type: 'OrganisationSeparated', data: { undoes: 'e5' } }]));
  test('what stands for itself is already so', () =>
    given(organisation, registered, merged, separated).when(separate).thenAlreadySo());
  test('then it can be corrected again, and merged again', () => {
    const state = given(organisation, registered, merged, separated);
    state
      .when(command(CorrectOrganisation, { id, ...facts, acronym: 'LCN', reason }))
      .thenLike([{ type: 'OrganisationCorrected' }]);
    state
      .when(command(MergeOrganisation, { id, into: other, reason }), { into: { status: 'registered' } })
      .thenLike([{ type: 'OrganisationMerged' }]);
  });
  test('a voided one is refused', () =>
    given(organisation, registered, voided).when(separate).thenRejected('organisation-voided'));
  test('the unknown too', () => given(organisation).when(separate).thenRejected('unknown-organisation'));
});
