import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Network, Wait, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { Tokens } from '#http';
import { hasProgram, readYaml, root } from './files.js';

/**
 * The image, where there is an engine for containers: it builds, is nobody in particular, writes nowhere, and its services
 * answer on a PostgreSQL in another container.
 */

const image = 'attest:test';
const services = ['recorder', 'projector', 'reporter'] as const;
const withEngine = hasProgram('docker', 'info') ? describe : describe.skip;

withEngine('with an engine for containers', () => {
  let folder: string;
  let network: StartedNetwork;
  const started: StartedTestContainer[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-'));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'key.pem'), Tokens.newKey());
    chmodSync(join(folder, 'key.pem'), 0o644);
    network = await new Network().start();
    await GenericContainer.fromDockerfile(root, 'deploy/Dockerfile').build(image, { deleteOnExit: false });
  }, 900_000);
  afterAll(async () => {
    for (const one of started.reverse()) await one.stop();
    await network?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test('it is nobody, with the Node of the project, on a root that is read-only', async () => {
    await says(['--eval', 'console.log(process.getuid(), process.version)'], /^1000 v24\./m);
    const write = `try { fs.writeFileSync('/app/x', '') } catch ({ code }) { console.log('said', code) }`;
    await says(['--eval', write], /^said EROFS$/m);
  }, 120_000);

  test('each service refuses to start without a database, and says which setting it lacks', async () => {
    for (const service of services) await says([`dist/apps/${service}/src/main.js`], /DATABASE_URL is missing/);
  }, 120_000);

  test('after setup each service starts on a PostgreSQL, and its own health check finds it well', async () => {
    const postgres = (readYaml('docker-compose.yml') as { services: { postgres: { image: string } } }).services
      .postgres;
    started.push(
      await new GenericContainer(postgres.image)
        .withEnvironment({ POSTGRES_DB: 'attest', POSTGRES_USER: 'attest_owner', POSTGRES_PASSWORD: 'of-the-owner' })
        .withNetwork(network)
        .withNetworkAliases('postgres')
        // It starts twice: the first time for itself alone.
        .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
        .start(),
    );
    const told = {
      DATABASE_URL: 'postgres://attest_app:of-the-services@postgres/attest',
      ATTEST_SIGNING_KEY: '/run/secrets/key.pem',
    };
    const owner = 'postgres://attest_owner:of-the-owner@postgres/attest';
    const setup = ours(['dist/apps/attest/src/main.js', 'setup'], { ...told, DATABASE_OWNER_URL: owner });
    started.push(await setup.withWaitStrategy(Wait.forOneShotStartup()).start());
    for (const service of services) {
      const one = ours([`dist/apps/${service}/src/main.js`], told).withWaitStrategy(Wait.forHealthCheck());
      started.push(await one.start());
    }
  }, 300_000);

  /** As docker-compose.yml and the manifests run it. */
  function ours(command: string[], environment: Record<string, string> = {}): GenericContainer {
    return new ReadOnlyContainer(image)
      .withCommand(command)
      .withEnvironment(environment)
      .withNetwork(network)
      .withBindMounts([{ source: join(folder, 'key.pem'), target: '/run/secrets/key.pem', mode: 'ro' }])
      .withTmpFs({ '/tmp': 'rw' })
      .withStartupTimeout(120_000);
  }

  /** Resolves when it has said that; rejects where it does not. */
  async function says(command: string[], words: RegExp): Promise<void> {
    const container = await ours(command).withWaitStrategy(Wait.forLogMessage(words)).start();
    await container.stop();
  }
});

class ReadOnlyContainer extends GenericContainer {
  constructor(name: string) {
    super(name);
    this.hostConfig.ReadonlyRootfs = true;
  }
}
