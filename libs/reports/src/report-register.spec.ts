import { rows } from '../../event-sourcing/src/given-when-then.js';
import { reportRegister } from './report-register.js';
import type { ReportEvent, Submission } from './report.js';

const period = { id: 'p1', from: '2021-04-01', to: '2022-03-31' };
const requested: ReportEvent = {
  type: 'ReportRequested',
  data: { period: 'p1', from: period.from, to: period.to, reportType: 'interim', template: 'interim@1' },
};
const submission: Submission = {
  ...{ template: 'interim@1', period, cut: { ordinal: 0, occurredTo: period.to, root: '00' } },
  ...{ definitions: {}, figures: {}, hash: '11' },
};
const submitted: ReportEvent = { type: 'ReportSubmitted', data: submission };
const failed: ReportEvent = { type: 'ReportFailed', data: { why: 'No project.' } };
const row = { status: 'requested', period, reportType: 'interim', template: 'interim@1', requestedAt: 1 };
const of = async (...events: ReportEvent[]) => (await rows(reportRegister, ...events))[0];

describe('report-register', () => {
  test('a report is asked for, at an ordinal', async () => expect(await of(requested)).toEqual(row));
  test('it is submitted with what it came to', async () =>
    expect(await of(requested, submitted)).toEqual({ ...row, status: 'submitted', submission }));
  test('it fails, and says why; asked for again it is as new', async () => {
    expect(await of(requested, failed)).toEqual({ ...row, status: 'failed', why: 'No project.' });
    expect(await of(requested, failed, requested)).toEqual({ ...row, requestedAt: 3 });
  });
  test('withdrawn, what was submitted stays', async () =>
    expect(await of(requested, submitted, { type: 'ReportWithdrawn', data: { voids: 'e2' } })).toEqual({
      ...{ ...row, status: 'withdrawn', submission },
    }));
});
