import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectProgramme,
  CreateProgramme,
  programme,
  ProgrammeName,
  VoidProgramme,
  type ProgrammeEvent,
} from './programme.js';

type Told = ProgrammeEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const donor = '018f3f5e-0000-7000-8000-0000000000e1';
const reason = { code: 'data-quality', text: 'The decision says otherwise.' } as const;
const known = { donors: new Map([[donor, { status: 'registered' }]]) };

const facts = {
  title: 'North Africa',
  kind: 'programme' as const,
  names: [{ lang: 'fr', name: 'Afrique du Nord' }],
  donors: [donor],
  start: '2020',
};
const created: Told = { id: 'e1', type: 'ProgrammeCreated', data: facts };
const voided: Told = { id: 'e2', type: 'ProgrammeVoided', data: { voids: 'e1' } };

describe('create a programme', () => {
  const create = (fields: Partial<CreateProgramme>) => command(CreateProgramme, { id, ...facts, ...fields });

  test('records it, its note apart', () =>
    given(programme)
      .when(create({ note: 'C(2020) 1.' }), known)
      .then([{ type: 'ProgrammeCreated', data: facts, texts: { note: 'C(2020) 1.' } }]));
  test('an id is used once', () => {
    given(programme, created).when(create({}), known).thenRejected('programme-exists');
    given(programme, created, voided).when(create({}), known).thenRejected('programme-exists');
  });
  test('it does not end before it starts', () =>
    given(programme)
      .when(create({ end: '2019' }), known)
      .thenRejected('ends-before-start'));
  test('it has one name in each language', () =>
    given(programme)
      .when(create({ names: [...facts.names, { lang: 'fr', name: 'Maghreb' }] }), known)
      .thenRejected('language-repeated'));
  test('its donors are known', () => {
    given(programme).when(create({}), { donors: new Map() }).thenRejected('unknown-organisation');
    given(programme)
      .when(create({}), { donors: new Map([[donor, { status: 'voided' }]]) })
      .thenRejected('organisation-voided');
  });
  test('a language is as BCP 47 has it', () => {
    const names = [Object.assign(new ProgrammeName(), { lang: 'French', name: 'Maghreb' })];
    expect(validateSync(create({ names }))).toMatchObject([{ property: 'names' }]);
  });
});

describe('correct a programme', () => {
  const correct = command(CorrectProgramme, { id, ...facts, kind: 'portfolio', reason });

  test('restates the whole and names what it replaces', () =>
    given(programme, created)
      .when(correct, known)
      .thenLike([{ type: 'ProgrammeCorrected', data: { ...facts, kind: 'portfolio', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(programme, created)
      .when(command(CorrectProgramme, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(programme).when(correct, known).thenRejected('unknown-programme');
    given(programme, created, voided).when(correct, known).thenRejected('programme-voided');
  });
});

describe('void a programme', () => {
  const void_ = command(VoidProgramme, { id, reason });

  test('names the event it voids', () =>
    given(programme, created)
      .when(void_, known)
      .then([{ type: 'ProgrammeVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(programme, created, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(programme).when(void_, known).thenRejected('unknown-programme'));
});
