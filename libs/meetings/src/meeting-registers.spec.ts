import { rows } from '../../event-sourcing/src/given-when-then.js';
import { coordinationRegister } from './coordination-register.js';
import { dialogueRegister } from './dialogue-register.js';

const facts = { purpose: 'coordination', framework: 'f', kind: 'meeting', mode: 'virtual', occurredOn: '2021-05-18' };
const recorded = { type: 'MeetingRecorded', data: facts };
const registered = { type: 'DialogueRegistered', data: { title: 'Khartoum Process', level: 'international' } };

describe('coordination-register', () => {
  test('has every meeting', async () =>
    expect(await rows(coordinationRegister, recorded)).toEqual([{ ...facts, status: 'recorded' }]));
  test('a correction restates the whole: what it leaves out is not stated any more', async () => {
    const { mode: _, ...rest } = facts;
    const corrected = { type: 'MeetingCorrected', data: { ...rest, replaces: 'e1' } };
    expect(await rows(coordinationRegister, recorded, corrected)).toEqual([{ ...rest, status: 'recorded' }]);
  });
  test('a voided meeting stays, as voided', async () =>
    expect(await rows(coordinationRegister, recorded, { type: 'MeetingVoided', data: { voids: 'e1' } })).toMatchObject([
      { status: 'voided' },
    ]));
  test('a date that is not stated is null', () =>
    expect(coordinationRegister.validity?.({ purpose: 'coordination', kind: 'meeting', status: 'recorded' })).toEqual({
      from: null,
      to: null,
    }));
});

describe('dialogue-register', () => {
  test('a correction restates the whole', async () => {
    const corrected = { type: 'DialogueCorrected', data: { title: 'Rabat Process', replaces: 'e1' } };
    expect(await rows(dialogueRegister, registered, corrected)).toEqual([
      { title: 'Rabat Process', status: 'registered' },
    ]);
  });
  test('a voided dialogue stays, as voided', async () =>
    expect(await rows(dialogueRegister, registered, { type: 'DialogueVoided', data: { voids: 'e1' } })).toMatchObject([
      { title: 'Khartoum Process', status: 'voided' },
    ]));
});
