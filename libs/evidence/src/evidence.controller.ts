import { thingController } from '#http';
import { evidenceRegister } from './evidence-register.js';
import { evidence } from './evidence.js';

const reason = { code: 'data-quality', text: 'It was scanned again: the first scan lacks a page.' };
/** LIBMITAF has none: with an id of its own, so that the other examples can name it. */
const someEvidence = '018f3f5e-0000-7000-8000-000000007c01';
// Of LIBMITAF: a training with its headcount.
const training26 = '980f752a-32f1-5106-a1db-63e5c9e579b9';
const list = {
  category: 'training',
  thing: training26,
  kind: 'attendance-list',
  title: 'Attendance list of the three days, signed',
  sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
  size: 482133,
  mediaType: 'application/pdf',
  reference: 'Archive of the field office, box 12',
  occurredOn: '2022-11-16',
};

export const EvidenceController = thingController({
  things: 'evidence',
  scope: 'project',
  decider: evidence,
  register: evidenceRegister,
  on: someEvidence,
  after: 'AttachEvidence',
  commands: {
    AttachEvidence: {
      role: 'officer',
      creates: true,
      summary: 'Record that a file, kept elsewhere, proves a fact',
      example: { id: someEvidence, ...list },
    },
    CorrectEvidence: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...list, size: 501877, reason },
      after: 'AttachEvidence',
    },
    VoidEvidence: {
      role: 'officer',
      summary: 'It proves nothing of this',
      example: { reason },
      after: 'AttachEvidence',
    },
  },
});
