import { Writable } from 'node:stream';
import { createLogger } from './logging.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  let text = '';
  const sink = new Writable({ write: (chunk: Buffer, _, done) => ((text += chunk.toString()), done()) });
  write(createLogger('info', sink));
  return JSON.parse(text) as Record<string, unknown>;
}

test('what holds a secret is masked, however deep, also in what a child brings along', () => {
  const line = logged((logger) =>
    logger
      .child({ token: 't1', process: 'worker' })
      .info({ authorization: 't2', at: { password: 't3', connection: { connectionString: 't4', port: 1 } } }, 'said'),
  );
  expect(line).toMatchObject({
    ...{ token: '[masked]', process: 'worker', authorization: '[masked]', msg: 'said' },
    at: { password: '[masked]', connection: { connectionString: '[masked]', port: 1 } },
  });
});

test('an error is told by type, message and stack, and nothing that PostgreSQL quotes of a row', () => {
  const fault = Object.assign(new Error('refused'), { detail: 'Key (name)=(Amal) exists', code: '23505' });
  const { err } = logged((logger) => logger.warn({ err: fault }, 'failed')) as { err: Record<string, unknown> };
  expect(err).toMatchObject({ type: 'Error', message: 'refused', code: '23505' });
  expect(JSON.stringify(err)).not.toContain('Amal');
});
