import { describe, expect, test } from '@jest/globals';
import { Rejection } from '#event-sourcing';
import { RegisterOrganisation } from '#organisations';
import { CreateProject } from '#projects';
import { CorrectTraining, HoldTraining, VoidTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { RedactLedgerText, RedactText } from './redaction.js';
import { redactionRegister } from './redaction-register.js';

const reason = { code: 'other', text: 'It names a person.' } as const;
const training = idOf(9);
const note = '/data/note';
const other = idOf(2);

/** A project with a training that has a note. */
async function world() {
  const made = new World();
  const sheet = { reference: 'P', title: 'Project', currency: 'EUR', timeZone: 'UTC', start: '2022' };
  await made.tell(CreateProject, { id: projectId, ...sheet });
  await made.tell(CreateProject, { id: other, ...sheet, reference: 'O' }, other);
  const held = { id: training, kind: 'training' as const, title: 'T', occurredOn: '2022-07-01' };
  const { events } = await made.tell(HoldTraining, { ...held, note: 'Mrs X was ill.' });
  const textHash = (JSON.parse(made.store.log.at(-1)!.data) as { note: { textHash: string } }).note.textHash;
  return { made, event: events[0]!.id, textHash, held };
}
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    (outcome) => (outcome as { code: string }).code,
    (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
  );

describe('RedactText', () => {
  test('records what was destroyed, and destroys it', async () => {
    const { made, event, textHash } = await world();
    expect((await made.store.texts([textHash])).get(textHash)).toBe('Mrs X was ill.');
    const { events } = await made.tell(RedactText, { id: training, event, pointer: note, reason });
    expect(events).toMatchObject([{ type: 'TextRedacted' }]);
    expect(made.store.log.at(-1)!.stream).toBe(`redaction-${training}`);
    expect(JSON.parse(made.store.log.at(-1)!.data)).toEqual({ event, pointer: note, textHash });
    expect((await made.store.texts([textHash])).size).toBe(0);
  });

  test('is already so the second time', async () => {
    const { made, event } = await world();
    await made.tell(RedactText, { id: training, event, pointer: note, reason });
    const length = made.store.log.length;
    expect(await codeOf(made.tell(RedactText, { id: training, event, pointer: note, reason }))).toBe('already-so');
    expect(made.store.log).toHaveLength(length);
  });

  test('takes a reason too, also that of a redaction itself', async () => {
    const { made, event } = await world();
    const voided = await made.tell(VoidTraining, { id: training, reason: { ...reason, text: 'Mr Y says so.' } });
    const redact = (of: string, pointer: string) =>
      made.tell(RedactText, { id: training, event: of, pointer, reason: { ...reason, text: `Of ${of}.` } });
    await redact(voided.events[0]!.id, '/meta/reason');
    const first = await redact(event, note);
    expect(await codeOf(redact(first.events[0]!.id, '/meta/reason'))).toBe('recorded');
    const { events } = await made.reads.catchUp().then(() => made.reads.log({ scope: projectId, limit: 99 }));
    const hashes = events.flatMap(({ reason: why }) => why?.textHash ?? []);
    expect([...(await made.store.texts(hashes)).values()]).toEqual([
      `Of ${voided.events[0]!.id}.`,
      `Of ${first.events[0]!.id}.`,
    ]);
  });

  test('refuses a thing, an event and a place that there is not', async () => {
    const { made, event } = await world();
    const redact = (id: string, of: string, pointer: string, scope = projectId) =>
      codeOf(made.tell(RedactText, { id, event: of, pointer, reason }, scope));
    expect(await redact(idOf(77), event, note)).toBe('unknown-thing');
    expect(await redact(training, idOf(77), note)).toBe('unknown-event');
    expect(await redact(training, event, '/data/title')).toBe('no-text-there');
    expect(await redact(training, event, '/meta/reason')).toBe('no-text-there');
    expect(await redact(training, event, '/data/constructor')).toBe('no-text-there');
  });

  test("refuses another project's thing as one that is not there, and what the ledger has", async () => {
    const { made, event } = await world();
    const redact = { id: training, event, pointer: note, reason };
    expect(await codeOf(made.tell(RedactText, redact, other))).toBe('unknown-thing');
    const network = { id: idOf(50), name: 'N', kind: 'donor' as const, note: 'Ask Mrs Z.' };
    const { events } = await made.tell(RegisterOrganisation, network, 'ledger');
    const ofLedger = { id: idOf(50), event: events[0]!.id, pointer: note, reason };
    expect(await codeOf(made.tell(RedactText, ofLedger))).toBe('unknown-thing');
    expect(await codeOf(made.tell(RedactLedgerText, ofLedger, 'ledger'))).toBe('recorded');
    expect(await codeOf(made.tell(RedactLedgerText, redact, 'ledger'))).toBe('unknown-thing');
  });

  test('says where there are texts', async () => {
    const { made, event } = await world();
    const redact = made.tell(RedactText, { id: training, event, pointer: '/data/title', reason });
    await expect(redact).rejects.toThrow('It has: /data/note.');
  });
});

test('a register lists what was destroyed, by the thing that had it', async () => {
  const { made, event, textHash, held } = await world();
  await made.tell(CorrectTraining, { ...held, title: 'U', reason });
  await made.tell(RedactText, { id: training, event, pointer: note, reason });
  await made.catchUp();
  const row = await made.reads.row(redactionRegister, training);
  expect(row).toMatchObject({ scope: projectId, document: { texts: [{ event, pointer: note, textHash }] } });
});
