import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { bindings } from '#catalogue';
import { open, Recorder, type Command, type CommandClass } from '#event-sourcing';
import { toCloudEvent } from '#kafka/src/cloud-event.js';
import { CompleteReport, type Submission } from '#reports';
import { unstatedIndicators } from '../../examples/libmitaf/src/first-year-frame.js';
import { projectId } from '../../examples/libmitaf/src/ids.js';
import { story } from '../../examples/libmitaf/src/story.js';
import { MemoryEventStore } from '../support/memory-event-store.js';

/** What people wrote freely stays in the vault: no message of the whole story of the example has any of it. */

const actor = '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a01';
const store = new MemoryEventStore();

beforeAll(async () => {
  const bound = bindings((_, { from }) => {
    const unanswered = from < '2022-04-01' ? unstatedIndicators : [];
    return Promise.resolve(unanswered.map((indicator) => ({ indicator, name: indicator })));
  });
  const classes = Object.assign({}, ...bound.map(({ decider }) => decider.commands as object)) as Record<
    string,
    CommandClass
  >;
  const recorder = new Recorder(store, Buffer.alloc(32, 7), bound, () => new Date('2023-05-02T08:00:00Z'));
  const tell = (command: Command, role: string, idempotencyKey: string, scope: string) =>
    recorder.record(command, { actor, roles: [role], scope, idempotencyKey, correlationId: 'story' });
  for (const { steps, submits } of story()) {
    for (const { command, thing, body, actor: role, key, path } of steps) {
      const plain = { ...(JSON.parse(JSON.stringify(body)) as object), id: thing };
      const scope = path.startsWith('/v1/organisations') ? 'ledger' : projectId;
      await tell(plainToInstance(classes[command] as CommandClass, plain) as Command, role, key, scope);
    }
    const made = Object.assign(new CompleteReport(), { id: submits, submission: {} as Submission });
    if (submits) await tell(made as Command, 'manager', `worker/${submits}`, projectId);
  }
});

test('no free text and no salt is in any message', async () => {
  const rows = await store.textsOf(store.log.map(({ id }) => id));
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.map(({ text }) => text)).toContain('Four days with the journey, three of work.');

  const messages = store.log.map((stored, index) =>
    JSON.stringify(toCloudEvent({ ...open(stored), ordinal: index + 1 }, 'attest')),
  );
  const topic = messages.join('\n');
  const secrets = rows.flatMap(({ text, salt }) => [text, salt.toString('hex'), salt.toString('base64')]);
  expect(secrets.filter((secret) => topic.includes(JSON.stringify(secret).slice(1, -1)))).toEqual([]);
  // Their hashes are there, as they are in the log.
  expect(rows.filter(({ textHash }) => !topic.includes(textHash))).toEqual([]);
  expect(topic).not.toContain('"salt"');
});
