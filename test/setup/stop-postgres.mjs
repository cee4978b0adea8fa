// Jest's global teardown: ends the embedded PostgreSQL that start-postgres.mjs started and removes all of it.
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

export default async function stop() {
  if (!globalThis.attestTestServer) return;
  await globalThis.attestTestServer.endKafka?.();
  await globalThis.attestTestServer.server.stop();
  remove(globalThis.attestTestServer);
}

export function remove({ folder, server, lock }) {
  lock.release();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  // As root with a temporary folder that PostgreSQL's user may not enter, the cluster is elsewhere.
  if (server && !server.where.startsWith(folder)) rmSync(dirname(server.where), { recursive: true, force: true });
}
