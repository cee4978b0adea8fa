import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, exportJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import Provider from 'oidc-provider';
import type { OidcOptions, OutcomeDocument, ProblemDocument, RoleRule } from '#http';
import { startAttest } from '../src/attest.js';
import { readSettings } from '#hosting/src/settings/settings.js';
import { testApp, type TestApp } from './test-app.js';

/** Tokens of a real issuer: oidc-provider, in this process, over HTTP. */

const id = '018f3f5e-0000-7000-8000-00000000a001';
const other = '018f3f5e-0000-7000-8000-00000000a002';
const nowhere = '018f3f5e-0000-7000-8000-00000000ffff';
const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
const training = { kind: 'training', title: 'Training of trainers', occurredOn: '2022-05-10' };
const reason = { code: 'other', text: 'No longer with us.' };
const audience = 'urn:attest:test';
const rules: RoleRule[] = [
  { claim: 'groups', value: 'staff', role: 'officer', project: id },
  { claim: 'groups', value: 'leads', role: 'manager', project: id },
  { claim: 'groups', value: 'auditors', role: 'auditor', project: other },
  { claim: 'groups', value: 'lost', role: 'officer', project: nowhere },
];

/** Its tokens are not stored. */
class Nothing {
  upsert = () => Promise.resolve();
  find = () => Promise.resolve(undefined);
  findByUserCode = () => Promise.resolve(undefined);
  findByUid = () => Promise.resolve(undefined);
  consume = () => Promise.resolve();
  destroy = () => Promise.resolve();
  revokeByGrantId = () => Promise.resolve();
}

/** An issuer at an address of its own, whose keys and claims a test can change. */
class Issuer {
  /** By client: what its tokens say beside who it is. */
  readonly claims = new Map<string, Record<string, unknown>>();
  /** Seconds. */
  life = 3600;
  asked = 0;
  url = '';
  #server: Server | undefined;
  #provider: RequestListener = (_, response) => response.writeHead(503).end();

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      if (/jwks|openid-configuration/.test(request.url ?? '')) this.asked += 1;
      this.#provider(request, response);
    });
    await new Promise<void>((done) => this.#server!.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.rotate();
  }

  /** New keys, and only these. */
  rotate(algorithm: 'ES256' | 'RS256' = 'ES256'): void {
    const { privateKey } =
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: algorithm, use: 'sig' };
    const clients = ['amal', 'mona', 'nobody', 'lost', 'many'].map((client) => ({
      client_id: client,
      client_secret: `secret-of-${client}`,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: algorithm,
    }));
    const provider = new Provider(this.url, {
      clients: clients as never,
      jwks: { keys: [key as never] },
      adapter: Nothing,
      ttl: { ClientCredentials: () => this.life },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_, resource) => ({
            scope: '',
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: this.life,
            jwt: { sign: { alg: algorithm } },
          }),
        },
      },
      extraTokenClaims: (_, token) => this.claims.get((token as { clientId: string }).clientId),
    });
    this.#provider = provider.callback() as RequestListener;
  }

  async tokenFor(client: string, resource = audience): Promise<string> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
      headers: { authorization: `Basic ${Buffer.from(`${client}:secret-of-${client}`).toString('base64')}` },
    });
    const body = (await response.json()) as { access_token?: string };
    if (body.access_token === undefined) throw new Error(`the issuer gave no token: ${JSON.stringify(body)}`);
    return body.access_token;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((done) => this.#server?.close(done));
  }
}

let issuer: Issuer;
let it: TestApp;
let administrator: string;
let ahead = 0;
const clock = () => new Date(Date.now() + ahead);
const optionsOf = (of: Issuer): OidcOptions => ({ issuer: of.url, audience, rules, cooldown: 0 });

beforeAll(async () => {
  issuer = new Issuer();
  await issuer.start();
  issuer.claims.set('amal', { groups: ['staff'] });
  issuer.claims.set('mona', { groups: ['leads', 'auditors'] });
  issuer.claims.set('lost', { groups: ['lost'] });
  it = await testApp(clock, optionsOf(issuer));
  administrator = await it.tokenFor('administrator', 'administrator');
  for (const project of [id, other]) {
    const made = await ask(administrator, '/v1/projects', { ...facts, id: project });
    await ask(administrator, `/v1/projects/${project}`, undefined, made.body as OutcomeDocument);
  }
});
afterAll(async () => {
  await it.close();
  await issuer.stop();
});

let keys = 0;
async function ask(token: string, path: string, body?: object, after?: { position: string }, url = it.url) {
  const response = await fetch(url + path, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json', 'idempotency-key': `key-${(keys += 1)}` }),
      ...(after && { 'attest-min-position': after.position }),
    },
  });
  return { status: response.status, body: (await response.json()) as never };
}
const trainings = `/v1/projects/${id}/trainings`;
const answer = ({ status, body }: { status: number; body: unknown }) => [status, (body as ProblemDocument).code];
const read = async (token: string, project = id) => answer(await ask(token, `/v1/projects/${project}/trainings`));
const record = (token: string) => ask(token, trainings, training);
const eventsOf = async (stream: string) =>
  (await it.store.readStreams([stream])).get(stream)!.map(({ type, scope, data, meta }) => ({
    ...{ type, scope, data: JSON.parse(data) as Record<string, unknown> },
    meta: JSON.parse(meta) as { actor: string; roles: string[] },
  }));

/** Of the list of access: what is said of this client. */
async function saidOf(client: string) {
  const end = String(await it.store.end());
  const { body } = await ask(administrator, '/v1/tokens?limit=500', undefined, { position: end });
  const { items } = body as { items: { id: string; name: string; project: string; roles: string[]; actor: string }[] };
  return items.filter(({ name }) => name === `${issuer.url}#${client}`);
}

describe('a token of the issuer', () => {
  test('records with the roles that its claims are mapped to, under a random id', async () => {
    const outcome = (await record(await issuer.tokenFor('amal'))).body as OutcomeDocument;
    const [{ meta }] = (await eventsOf(`training-${outcome.id}`)) as [Awaited<ReturnType<typeof eventsOf>>[number]];
    const [said, ...more] = await saidOf('amal');
    expect(more).toEqual([]);
    expect(meta).toMatchObject({ actor: said!.actor, roles: ['officer'] });
    expect(said!.actor).not.toBe('amal');
    const [asserted, ...others] = await eventsOf(`grant-${said!.id}`);
    expect(others).toEqual([]);
    expect(asserted).toMatchObject({
      type: 'AccessAsserted',
      scope: id,
      data: { actor: said!.actor, project: id, roles: ['officer'], issuer: issuer.url },
    });
    expect(JSON.stringify(asserted)).not.toContain('amal');
  });

  test('may do what its roles may, and in its projects alone', async () => {
    const [amal, mona] = await Promise.all([issuer.tokenFor('amal'), issuer.tokenFor('mona')]);
    expect(await read(amal)).toEqual([200, undefined]);
    expect(await read(amal, other)).toEqual([404, 'unknown-project']);
    expect(await read(mona, other)).toEqual([200, undefined]);
    expect(answer(await ask(mona, `/v1/projects/${other}/trainings`, training))).toEqual([403, 'role-missing']);
    const said = (await saidOf('mona')).map(({ project, roles }) => [project, roles] as const);
    expect(new Map(said)).toEqual(
      new Map([
        [id, ['manager']],
        [other, ['auditor']],
      ]),
    );
  });

  test('with claims that nothing is mapped to has no role, and leaves no trace', async () => {
    const nobody = await issuer.tokenFor('nobody');
    expect([await read(nobody), answer(await ask(nobody, '/v1/organisations'))]).toEqual([
      [404, 'unknown-project'],
      [403, 'role-missing'],
    ]);
    expect(await read(await issuer.tokenFor('lost'), nowhere)).toEqual([404, 'unknown-project']);
    expect([await saidOf('nobody'), await saidOf('lost')]).toEqual([[], []]);
  });

  test('is recorded again only when it says something else', async () => {
    issuer.claims.set('many', { groups: ['staff'] });
    const first = await issuer.tokenFor('many');
    await Promise.all(Array.from({ length: 12 }, () => read(first)));
    const grant = (await saidOf('many'))[0]!.id;
    expect(await eventsOf(`grant-${grant}`)).toHaveLength(1);
    issuer.claims.set('many', { groups: ['leads', 'staff'] });
    expect((await record(await issuer.tokenFor('many'))).status).toBe(201);
    issuer.claims.set('many', { groups: [] });
    expect(await read(await issuer.tokenFor('many'))).toEqual([404, 'unknown-project']);
    expect((await eventsOf(`grant-${grant}`)).map(({ data }) => data.roles)).toEqual([
      ['officer'],
      ['officer', 'manager'],
      [],
    ]);
  });

  test('can be blocked by an administrator, at once, and let in again', async () => {
    const amal = await issuer.tokenFor('amal');
    expect(await read(amal)).toEqual([200, undefined]);
    const grant = (await saidOf('amal'))[0]!.id;
    await ask(administrator, `/v1/tokens/${grant}/revoke-access`, { reason });
    expect(await read(amal)).toEqual([401, 'token-revoked']);
    issuer.claims.set('amal', { groups: ['leads'] });
    expect(await read(await issuer.tokenFor('amal'))).toEqual([401, 'token-revoked']);
    issuer.claims.set('amal', { groups: ['staff'] });
    await ask(administrator, `/v1/tokens/${grant}/restore-access`, { reason });
    expect(await read(amal)).toEqual([200, undefined]);
  });
});

describe('is refused', () => {
  const forge = (claims: object) => (key: Parameters<SignJWT['sign']>[0], header: { alg: string; kid?: string }) =>
    new SignJWT(claims as never).setProtectedHeader(header).sign(key);
  const good = () => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: issuer.url, aud: audience, sub: 'amal', iat: now, exp: now + 600, groups: ['staff'] };
  };
  const keyOf = async (): Promise<JWK> => {
    const { keys: all } = (await (await fetch(`${issuer.url}/jwks`)).json()) as { keys: JWK[] };
    return all[0]!;
  };

  test('what was made for another audience', async () =>
    expect(await read(await issuer.tokenFor('amal', 'urn:another'))).toEqual([401, 'token-foreign']));

  test('what another issuer made, by its name', async () => {
    const foreign = new Issuer();
    await foreign.start();
    foreign.claims.set('amal', { groups: ['staff'] });
    const before = issuer.asked;
    expect(await read(await foreign.tokenFor('amal'))).toEqual([401, 'token-foreign']);
    expect([foreign.asked, issuer.asked]).toEqual([0, before]);
    await foreign.stop();
  });

  test('what was tampered with, is not signed, or is signed with a key of somebody else', async () => {
    const token = await issuer.tokenFor('nobody');
    const [head, , signature] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ ...decodeJwt(token), groups: ['leads'] })).toString('base64url');
    expect(await read([head, claims, signature].join('.'))).toEqual([401, 'token-invalid']);
    expect(await read(new UnsecuredJWT(good()).encode())).toEqual([401, 'token-invalid']);
    const { kid = '', ...published } = await keyOf();
    // The public key as the secret of a symmetric algorithm.
    const secret = Buffer.from(JSON.stringify(published));
    expect(await read(await forge(good())(secret, { alg: 'HS256', kid }))).toEqual([401, 'token-invalid']);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(await read(await forge(good())(privateKey, { alg: 'ES256', kid }))).toEqual([401, 'token-invalid']);
    // A key that comes with the token is nobody's.
    const jwk = await exportJWK(privateKey);
    expect(await read(await forge(good())(privateKey, { alg: 'ES256', jwk } as never))).toEqual([401, 'token-invalid']);
  });

  test('what has expired, also when the clock steps back then', async () => {
    const token = await issuer.tokenFor('amal');
    const unseen = await issuer.tokenFor('amal');
    expect(await read(token)).toEqual([200, undefined]);
    ahead = 2 * 3_600_000;
    expect([await read(token), await read(unseen)]).toEqual([
      [401, 'token-expired'],
      [401, 'token-expired'],
    ]);
    ahead = 0;
    expect([await read(token), await read(unseen)]).toEqual([
      [401, 'token-expired'],
      [401, 'token-expired'],
    ]);
    expect(await read(await issuer.tokenFor('amal'))).toEqual([200, undefined]);
  });
});

describe("the issuer's keys", () => {
  test('may change: a new one is fetched, an old one is no longer taken', async () => {
    const old = await issuer.tokenFor('mona');
    issuer.rotate('RS256');
    const fresh = await issuer.tokenFor('amal');
    expect(await read(fresh)).toEqual([200, undefined]);
    expect(await read(old)).toEqual([401, 'token-invalid']);
  });

  test('out of reach: its tokens are for later, our own go on', async () => {
    const lone = new Issuer();
    await lone.start();
    lone.claims.set('amal', { groups: ['staff'] });
    const token = await lone.tokenFor('amal');
    await lone.stop();
    const app = await testApp(clock, optionsOf(lone));
    try {
      const own = await app.tokenFor('administrator', 'administrator');
      const use = async (one: string) => answer(await ask(one, '/v1/tokens/nothing', undefined, undefined, app.url));
      expect([await use(token), await use(own)]).toEqual([
        [503, 'issuer-unreachable'],
        [404, 'unknown-thing'],
      ]);
    } finally {
      await app.close();
    }
  });
});

test('attest start takes them as its settings say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'attest-oidc-'));
  const settings = readSettings({
    ...{ ATTEST_DATA: folder, ATTEST_PORT: '0', LOG_LEVEL: 'error', ATTEST_METRICS: 'off' },
    ...{ ATTEST_OIDC_ISSUER: issuer.url, ATTEST_OIDC_AUDIENCE: audience },
    ATTEST_OIDC_ROLES: 'groups=staff -> auditor@*',
  });
  const attest = await startAttest(settings);
  try {
    const { status, body } = await ask(await issuer.tokenFor('amal'), '/v1/tokens', undefined, undefined, attest.url);
    expect([status, (body as ProblemDocument).detail]).toEqual([
      403,
      'This needs the role administrator; your token has auditor.',
    ]);
  } finally {
    await attest.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
