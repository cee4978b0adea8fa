// Examples of what goes through Kafka, one command and what came of it; test/published-events.spec.ts holds them against their schemas.

const outcomeExample = {
  id: '018f3f5e-0000-7000-8000-000000000021',
  events: [{ id: '2d1e9b8c-3a50-5e0f-9f39-0d6f2c1f7a10', type: 'TrainingHeld' }],
  revision: 0,
  position: '120',
  code: 'recorded',
};
const project = '018f3f5e-0000-7000-8000-000000000001';
export const commandExample = {
  id: 'sheet-7.row-12',
  path: `/v1/projects/${project}/trainings`,
  idempotencyKey: 'sheet-7/row-12',
  body: { kind: 'training', title: 'Data entry', occurredOn: '2022-05-10' },
};
export const problemExample = {
  type: 'urn:attest:problem:role-missing',
  title: 'Forbidden',
  status: 403,
  detail: 'This needs the role officer; your token has reporter.',
  instance: commandExample.id,
  code: 'role-missing',
  errors: [],
};
export const letterExample = {
  id: '0c7a5d1e-6b1f-5f7e-8a39-5c0d2b7e9f10',
  at: '2026-03-31T12:00:00.000Z',
  tries: 1,
  reason: problemExample.detail,
  problem: problemExample,
  from: { topic: 'attest.commands', partition: 3, offset: '120' },
  requestId: commandExample.id,
  request: { path: commandExample.path, idempotencyKey: commandExample.idempotencyKey, body: commandExample.body },
};
export const eventExample = {
  id: outcomeExample.events[0].id,
  type: 'TrainingHeld',
  stream: `training-${outcomeExample.id}`,
  recordedAt: '2026-03-31T12:00:00.000Z',
  scope: project,
  ordinal: 120,
  position: 120n,
  revision: 0,
  schema: 1,
  data: commandExample.body,
  meta: {
    actor: '6c84fb90-12c4-41e1-840d-725ad7c3c0e1',
    roles: ['officer'],
    commandId: '5a1d7f0e-8d5e-5f2f-9a3e-1c9d5f7b2a44',
    bodyTag: '9f86d081884c7d659a2feaa0c55ad015',
    correlationId: '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
  },
};

export const recordedReply = {
  id: commandExample.id,
  status: 201,
  headers: { ETag: '"0"', 'Attest-Position': '120', Location: `${commandExample.path}/${outcomeExample.id}` },
  body: outcomeExample,
};
export const refusedReply = { id: commandExample.id, status: 403, headers: {}, body: problemExample };
