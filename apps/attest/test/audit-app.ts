import { EventStore, Ledger, ReadModels, Recorder, type StoredEvent } from '#event-sourcing';
import type { OutcomeDocument, ProblemDocument } from '#http';
import { ReportDesk, ReportSubmitter } from '#reports';
import { firstYear } from '../../../test/support/report-story.js';
import { projectId } from '../../../test/support/world.js';
import { wholeApp, type WholeApp } from './whole-app.js';

/** The whole application with audits, and in its log the first year of a small project. */

export const otherProject = '018f3f5e-0000-7000-8000-00000000b002';
const worker = '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a0f';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
  bytes: Buffer;
}

export interface AuditApp {
  it: WholeApp;
  url: string;
  reads: ReadModels;
  tokens: Record<'manager' | 'auditor' | 'officer' | 'reporter' | 'administrator' | 'foreign', string>;
  get<T = Record<string, unknown>>(path: string, options?: Asked): Promise<Answer<T>>;
  post<T = OutcomeDocument>(path: string, body: object, options?: Asked): Promise<Answer<T>>;
  /** Has the worker's part done: every report that is asked for. */
  submitReports(): Promise<void>;
}

interface Asked {
  token?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export async function auditApp(): Promise<AuditApp> {
  const it = await wholeApp();
  const story = await firstYear();
  await copy(story.store.log, story.store, it.store);
  const url = await it.listen();
  const actor = (name: number) => `018f3f5e-0000-7000-8000-0000000000a${name}`;
  const tokens = {
    manager: await it.tokenFor(actor(1), { [projectId]: ['manager'] }),
    auditor: await it.tokenFor(actor(2), { [projectId]: ['auditor'] }),
    officer: await it.tokenFor(actor(3), { [projectId]: ['officer'] }),
    reporter: await it.tokenFor(actor(4), { [projectId]: ['reporter'] }),
    administrator: await it.tokenFor(actor(5), { '*': ['administrator'] }),
    foreign: await it.tokenFor(actor(6), { [otherProject]: ['manager'] }),
  };
  const ask = async (path: string, init: RequestInit, { token = tokens.manager, headers, signal }: Asked) => {
    const position = String(await it.store.end());
    const response = await fetch(url + path, {
      ...init,
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(init.method ? {} : { 'attest-min-position': position }),
        ...(init.headers as object),
        ...headers,
      },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const body = (isJson && text !== '' ? JSON.parse(text) : {}) as never;
    return { status: response.status, headers: response.headers, body, text, bytes };
  };
  let keys = 0;
  const nest = it.app;
  const [store, reads, ledger, recorder] = [EventStore, ReadModels, Ledger, Recorder].map((port) =>
    nest.get(port as typeof EventStore, { strict: false }),
  ) as unknown as [EventStore, ReadModels, Ledger, Recorder];
  await reads.waitFor(await store.end(), 20_000);
  const submitter = new ReportSubmitter(reads, new ReportDesk(reads, ledger, store), recorder, worker, (fault) => {
    throw fault;
  });
  return {
    it,
    url,
    reads,
    tokens,
    get: (path, options = {}) => ask(path, {}, options),
    post: (path, body, options = {}) =>
      ask(
        path,
        {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', 'idempotency-key': `k${(keys += 1)}` },
        },
        options,
      ),
    async submitReports() {
      await reads.waitFor(await store.end(), 20_000);
      if ((await submitter.run()) > 0) throw new Error('a report could not be made');
      await reads.waitFor(await store.end(), 20_000);
    },
  };
}

export const codeOf = ({ body }: Answer<unknown>) => (body as ProblemDocument).code;

/** Event by event, texts included. */
async function copy(log: readonly StoredEvent[], from: Pick<EventStore, 'textsOf'>, to: EventStore): Promise<void> {
  for (const { id, type, schema, data, meta, stream, revision, scope } of log) {
    const texts = await from.textsOf([id]);
    await to.append(stream, revision === 0 ? 'none' : revision - 1, [{ id, type, schema, data, meta }], {
      scope,
      texts,
    });
  }
}
