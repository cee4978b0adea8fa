import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnyRegister, EventStore, ReadModels, Row } from '#event-sourcing';
import { ProjectRegister, ThingReads } from './thing-reads.js';

const project = '018f3f5e-0000-7000-8000-000000000001';
const id = '018f3f5e-0000-7000-8000-000000000002';

const hash = 'a'.repeat(64);
const document = { note: { textHash: hash } };

/** A read of one row, which a client has seen at this ETag; `stream`: whose event made the row what it is now. */
async function read(revision: number, stream: string, seen: string, texts = new Map([[hash, 'As it was said.']])) {
  const row: Row = { key: id, scope: project, fromOrdinal: 7, toOrdinal: null, revision, document, eventId: 'e7' };
  const readModels = {
    rows: () => Promise.resolve([row]),
    events: () => Promise.resolve(new Map([['e7', { stream }]])),
  } as unknown as ReadModels;
  const store = { texts: () => Promise.resolve(texts) } as unknown as EventStore;
  const told: { status?: number; etag?: string } = {};
  const reply = {
    header: (name: string, value: string) => (name === 'etag' && (told.etag = value), reply),
    code: (status: number) => ((told.status = status), reply),
    send: () => reply,
  };
  const request = { params: { project, id }, query: {}, headers: { 'if-none-match': seen } };
  await new ThingReads(readModels, store, new ProjectRegister(undefined)).one(
    {} as AnyRegister,
    { scope: 'project', role: 'reader' },
    request as unknown as FastifyRequest,
    reply as unknown as FastifyReply,
  );
  return told;
}

test('what has not changed since is answered 304', async () =>
  expect(await read(1, `period-${id}`, '"1"')).toEqual({ status: 304, etag: '"1"' }));

test('what a text was redacted of since is answered whole, though it is the same revision', async () =>
  expect(await read(1, `period-${id}`, '"1"', new Map())).toEqual({ status: 200, etag: '"1"' }));

test('what an event of another stream changed since is answered whole, though its own revision is the same', async () =>
  expect(await read(1, `project-${project}`, '"1"')).toEqual({ status: 200, etag: '"1"' }));

test('without an event of its own there is no revision, and nothing to match', async () =>
  expect(await read(-1, `project-${project}`, '"-1"')).toEqual({ status: 200 }));
