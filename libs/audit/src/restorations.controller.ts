import { thingController } from '#http';
import { restorationRegister } from './restoration-register.js';
import { restoration } from './restoration.js';

/** To be read alone: a restoration is recorded where the backup is (`attest restore`). */
export const RestorationsController = thingController({
  things: 'restorations',
  scope: 'ledger',
  decider: restoration,
  register: restorationRegister,
  // There is none in LIBMITAF.
  on: '018f3f5e-0000-7000-8000-000000000001',
  commands: {},
});
