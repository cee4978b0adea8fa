import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { alias, CorrectAlias, RecordAlias, VoidAlias, type AliasEvent } from './alias.js';

type Told = AliasEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const reason = { code: 'data-quality', text: 'The list says otherwise.' } as const;

const facts = { name: 'Libya facility', source: 'Donor mapping 2022' } as const;
const recorded: Told = { id: 'e1', type: 'AliasRecorded', data: facts };
const voided: Told = { id: 'e2', type: 'AliasVoided', data: { voids: 'e1' } };

describe('record an alias', () => {
  const record = command(RecordAlias, { id, ...facts, note: 'Row 114.' });

  test('records the name and the list that has it', () =>
    given(alias)
      .when(record)
      .then([{ type: 'AliasRecorded', data: facts, texts: { note: 'Row 114.' } }]));
  test('an id is used once', () => {
    given(alias, recorded).when(record).thenRejected('alias-exists');
    given(alias, recorded, voided).when(record).thenRejected('alias-exists');
  });
});

describe('correct an alias', () => {
  const correct = command(CorrectAlias, { id, ...facts, lang: 'en', reason });

  test('restates the whole and names what it replaces', () =>
    given(alias, recorded)
      .when(correct)
      .thenLike([{ type: 'AliasCorrected', data: { ...facts, lang: 'en', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(alias, recorded)
      .when(command(CorrectAlias, { id, ...facts, reason }))
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(alias).when(correct).thenRejected('unknown-alias');
    given(alias, recorded, voided).when(correct).thenRejected('alias-voided');
  });
});

describe('void an alias', () => {
  const void_ = command(VoidAlias, { id, reason });

  test('names the event it voids', () =>
    given(alias, recorded)
      .when(void_)
      .then([{ type: 'AliasVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(alias, recorded, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(alias).when(void_).thenRejected('unknown-alias'));
});
