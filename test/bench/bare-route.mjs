// What one would write first: a Fastify route that verifies the same kind of token (jose, Ed25519; a token that was
// verified is remembered, as Attest does) and inserts one row through a pool of pg, and answers 201. It checks nothing
// else, logs nothing, and keeps no rule.
import { createPublicKey } from 'node:crypto';
import Fastify from 'fastify';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { randomBytes } from 'node:crypto';

const { connection, pem, connections } = JSON.parse(process.argv[2]);
const key = createPublicKey(pem);
const pool = new pg.Pool({ ...connection, max: connections });
pool.on('error', () => undefined);
const remembered = new Map();
const fastify = Fastify({ logger: false });

fastify.addHook('onRequest', async (request) => {
  const token = request.headers.authorization?.slice(7);
  const known = remembered.get(token);
  if (known > Date.now()) return;
  const { payload } = await jwtVerify(token, key, { algorithms: ['EdDSA'], audience: 'attest' });
  remembered.set(token, 1_000 * payload.exp);
});

const text = `insert into events (id, stream, revision, type, schema, scope, data, meta, salt)
  values ($1, $2, 0, 'TrainingHeld', 1, $3, $4, $5, $6)`;
fastify.post('/v1/projects/:project/trainings', async (request, reply) => {
  const { id, ...data } = request.body;
  const { project } = request.params;
  const meta = { key: request.headers['idempotency-key'] };
  const values = [id, `training-${id}`, project, JSON.stringify(data), JSON.stringify(meta), randomBytes(16)];
  await pool.query({ name: 'insert', text, values });
  reply.code(201);
  return { id };
});

await fastify.listen({ port: 0, host: '127.0.0.1' });
process.send({ answer: fastify.server.address().port });
process.on('disconnect', () => process.exit(0));
