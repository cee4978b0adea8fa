import { thingController } from '#http';
import { placeRegister } from './place-register.js';
import { place } from './place.js';

const reason = { code: 'data-quality', text: 'The list of crossing points says otherwise.' };
const site = {
  name: 'Ras Ajdir',
  names: [{ lang: 'ar', name: 'رأس اجدير' }],
  kind: 'site',
  siteKind: 'border-crossing-point',
  country: 'LY',
  coordinates: { latitude: '33.149', longitude: '11.564' },
};
const registered = { id: '018f3f5e-0000-7000-8000-000000000072', ...site };
const after = 'RegisterPlace';

export const PlacesController = thingController({
  things: 'places',
  scope: 'ledger',
  decider: place,
  register: placeRegister,
  on: registered.id,
  after,
  commands: {
    RegisterPlace: { role: 'officer', creates: true, summary: 'Add a place', example: registered },
    CorrectPlace: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...site, code: 'LY-RAJ', reason },
      after,
    },
    VoidPlace: { role: 'officer', summary: 'It was registered in error', example: { reason }, after },
    MergePlace: {
      role: 'manager',
      everywhere: true,
      summary: 'Decide that it is the same as another one',
      description:
        'Put the id of that one into `into`: sent without an id and with another Idempotency-Key, the example of ' +
        'RegisterPlace makes one more place, and its answer has the id.',
      example: {
        into: '018f3f5e-0000-7000-8000-000000000073',
        reason: { code: 'recorded-twice', text: 'Two projects have registered it.' },
      },
      after,
    },
    SeparatePlace: {
      role: 'manager',
      everywhere: true,
      summary: 'Decide that they are not the same after all',
      example: { reason },
      after: 'MergePlace',
    },
  },
});
