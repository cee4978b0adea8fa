import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The one that docker-compose.yml runs. */
function image(): string {
  const compose = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');
  return (parse(compose) as { services: { kurrentdb: { image: string } } }).services.kurrentdb.image;
}

export interface KurrentServer {
  url: string;
  stop(): Promise<void>;
}

/** A real KurrentDB: at KURRENTDB_URL, else in Docker by testcontainers; else it is said aloud that there is none. */
export async function kurrentServer(): Promise<KurrentServer | undefined> {
  const given = process.env.KURRENTDB_URL;
  if (given) return { url: given, stop: async () => undefined };
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers');
  if (!(await getContainerRuntimeClient().catch(() => undefined))) {
    const why = 'KURRENTDB_URL is not set and Docker does not answer';
    process.stderr.write(`\nNO REAL KURRENTDB: the contract runs over the protocol double alone (${why})\n\n`);
    return undefined;
  }
  const started = await new GenericContainer(image())
    .withExposedPorts(2113)
    .withEnvironment({
      KURRENTDB_INSECURE: 'true',
      KURRENTDB_MEM_DB: 'true',
      KURRENTDB_CLUSTER_SIZE: '1',
      KURRENTDB_RUN_PROJECTIONS: 'None',
    })
    .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
    .start();
  const url = `kurrentdb://${started.getHost()}:${started.getMappedPort(2113)}?tls=false`;
  return { url, stop: async () => void (await started.stop()) };
}
