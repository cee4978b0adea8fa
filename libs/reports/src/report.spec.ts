import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CompleteReport,
  FailReport,
  report,
  SubmitReport,
  WithdrawReport,
  type ReportEvent,
  type Submission,
} from './report.js';

type Told = ReportEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const period = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'A table was missing.' } as const;
const facts = { from: '2021-04-01', to: '2022-03-31', reportType: 'interim' } as const;
const submission: Submission = {
  template: 'interim@1',
  period: { id: period, from: facts.from, to: facts.to },
  cut: { ordinal: 7, occurredTo: facts.to, root: '00' },
  definitions: {},
  figures: { 'meetings.coordination': '18' },
  hash: '11',
};

const asked = { period, ...facts, template: 'interim@1' };
const requested: Told = { id: 'e1', type: 'ReportRequested', data: asked };
const submitted: Told = { id: 'e2', type: 'ReportSubmitted', data: submission };
const failed: Told = { id: 'e3', type: 'ReportFailed', data: { why: 'No project.' } };
const withdrawn: Told = { id: 'e4', type: 'ReportWithdrawn', data: { voids: 'e2' } };

const known = { period: { id: period, ...facts } };

describe('submit a report', () => {
  const submit = command(SubmitReport, { id, period, note: 'With thanks.' });

  test('asks for it, with the period as it is now, its note apart', () =>
    given(report)
      .when(submit, known)
      .then([{ type: 'ReportRequested', data: asked, texts: { note: 'With thanks.' } }]));
  test('of a period that the project has', () =>
    given(report).when(submit, { period: undefined }).thenRejected('unknown-period'));
  test('once the period is over', () => {
    given(report)
      .when(submit, { ...known, today: '2022-03-31' })
      .thenRejected('period-not-over');
    given(report)
      .when(submit, { ...known, today: '2022-04-01' })
      .thenLike([{ type: 'ReportRequested' }]);
  });
  test('asked for or submitted it is already so', () => {
    given(report, requested).when(submit, known).thenAlreadySo();
    given(report, requested, submitted).when(submit, known).thenAlreadySo();
  });
  test('failed, it can be asked for again', () =>
    given(report, requested, failed)
      .when(submit, known)
      .thenLike([{ type: 'ReportRequested' }]));
  test('not under the id of another, nor of one that was withdrawn', () => {
    given(report, requested)
      .when(command(SubmitReport, { id, period: id }), known)
      .thenRejected('report-of-another-period');
    given(report, requested, submitted, withdrawn).when(submit, known).thenRejected('report-withdrawn');
  });
});

describe('complete a report', () => {
  const complete = command(CompleteReport, { id, submission });

  test('records what it came to', () =>
    given(report, requested)
      .when(complete)
      .then([{ type: 'ReportSubmitted', data: submission }]));
  test('once', () => given(report, requested, submitted).when(complete).thenAlreadySo());
  test('only what is asked for', () => {
    given(report).when(complete).thenRejected('not-requested');
    given(report, requested, failed).when(complete).thenRejected('not-requested');
    given(report, requested, submitted, withdrawn).when(complete).thenRejected('not-requested');
  });
});

describe('fail a report', () => {
  const fail = command(FailReport, { id, why: 'No project.' });

  test('records why', () =>
    given(report, requested)
      .when(fail)
      .then([{ type: 'ReportFailed', data: { why: 'No project.' } }]));
  test('not once it failed or was submitted', () => {
    given(report, requested, failed).when(fail).thenAlreadySo();
    given(report, requested, submitted).when(fail).thenAlreadySo();
  });
  test('only what is asked for', () => given(report).when(fail).thenRejected('not-requested'));
});

describe('withdraw a report', () => {
  const withdraw = command(WithdrawReport, { id, reason });

  test('names what was submitted', () =>
    given(report, requested, submitted)
      .when(withdraw)
      .then([{ type: 'ReportWithdrawn', data: { voids: 'e2' } }]));
  test('once is enough', () => given(report, requested, submitted, withdrawn).when(withdraw).thenAlreadySo());
  test('only what was submitted', () => {
    given(report).when(withdraw).thenRejected('unknown-report');
    given(report, requested).when(withdraw).thenRejected('not-submitted');
    given(report, requested, failed).when(withdraw).thenRejected('not-submitted');
  });
});
