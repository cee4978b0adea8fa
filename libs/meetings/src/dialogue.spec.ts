import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectDialogue, dialogue, RegisterDialogue, VoidDialogue, type DialogueEvent } from './dialogue.js';

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const reason = { code: 'data-quality', text: 'It is a regional one.' } as const;

const facts = { title: 'Khartoum Process', level: 'international' } as const;

const registered: DialogueEvent & { id: string } = { id: 'e1', type: 'DialogueRegistered', data: facts };
const voided: DialogueEvent = { type: 'DialogueVoided', data: { voids: 'e1' } };

describe('register a dialogue', () => {
  const register = command(RegisterDialogue, { id, ...facts, note: 'EU and Horn of Africa.' });

  test('records what it is, its note apart', () =>
    given(dialogue)
      .when(register)
      .then([{ type: 'DialogueRegistered', data: facts, texts: { note: 'EU and Horn of Africa.' } }]));
  test('an id is used once', () => given(dialogue, registered).when(register).thenRejected('dialogue-exists'));
});

describe('correct a dialogue', () => {
  const correct = command(CorrectDialogue, { id, ...facts, level: 'regional', reason });

  test('restates the whole and names what it replaces', () =>
    given(dialogue, registered)
      .when(correct)
      .thenLike([{ type: 'DialogueCorrected', data: { ...facts, level: 'regional', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(dialogue, registered)
      .when(command(CorrectDialogue, { id, ...facts, reason }))
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(dialogue, registered, voided).when(correct).thenRejected('dialogue-voided'));
  test('the unknown neither', () => given(dialogue).when(correct).thenRejected('unknown-dialogue'));
});

describe('void a dialogue', () => {
  const void_ = command(VoidDialogue, { id, reason });

  test('names the event it voids', () =>
    given(dialogue, registered)
      .when(void_)
      .then([{ type: 'DialogueVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(dialogue, registered, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(dialogue).when(void_).thenRejected('unknown-dialogue'));
});
