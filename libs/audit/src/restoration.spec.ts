import { given, rows } from '../../event-sourcing/src/given-when-then.js';
import { fold } from '#event-sourcing';
import { idOf } from '../../../test/support/world.js';
import { restorationRegister } from './restoration-register.js';
import { restoration, RestoreLedger } from './restoration.js';

const restored = {
  backup: { ordinal: 3, root: 'ab'.repeat(32), createdAt: '2026-01-02T03:04:05.678Z' },
  known: { ordinal: 5, root: 'cd'.repeat(32), shownBy: 'report' as const },
};
const command = Object.assign(new RestoreLedger(), {
  id: idOf(1),
  restored,
  reason: { code: 'other', text: 'The disk is lost.' },
});

test('going on from an older state is recorded, with both roots', () => {
  given(restoration)
    .when(command)
    .then([{ type: 'LedgerRestored', data: restored }]);
});

test('twice is once', () => {
  const done = { type: 'LedgerRestored' as const, data: restored };
  expect(fold(restoration, [done])).toEqual({ status: 'restored' });
  given(restoration, done).when(command).thenAlreadySo();
});

test('the register shows it', async () => {
  expect(await rows(restorationRegister, { type: 'LedgerRestored', data: restored })).toEqual([restored]);
});
