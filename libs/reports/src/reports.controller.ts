import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, ReadModels } from '#event-sourcing';
import {
  asOfOf,
  dayOf,
  Describe,
  notNow,
  ordinalOf,
  Problem,
  queryOf,
  Route,
  thingController,
  waitForWrites,
} from '#http';
import { reportFormats, ReportPress, type NotPrinted, type ReportFormat } from './report-press.js';
import { reportRegister } from './report-register.js';
import { report } from './report.js';

// Of LIBMITAF: its second year, and the report of it.
const period = '016e643f-93ae-575a-8d4e-3ff936e16cc1';
const secondReport = '579f722b-76ff-5b8f-8e56-e4ecdbdec916';
const reason = { code: 'data-quality', text: 'A table was missing.' };

export const ReportsController = thingController({
  things: 'reports',
  scope: 'project',
  decider: report,
  inOrder: true,
  register: reportRegister,
  on: secondReport,
  commands: {
    SubmitReport: {
      role: 'manager',
      creates: true,
      summary: 'Submit the report of a period, frozen as known now',
      example: { period },
    },
    WithdrawReport: { role: 'manager', summary: 'Take a submitted report back', example: { reason } },
  },
});

const format = {
  name: 'format',
  in: 'query',
  description: 'How it is printed; html without it.',
  schema: { type: 'string', enum: reportFormats },
  example: 'html',
} as const;
const printed = {
  200: {
    description: 'The report. JSON is canonical (RFC 8785) and has the submitted hash.',
    type: 'text/html',
    schema: { type: 'string' },
  },
} as const;

const types: Record<ReportFormat, string> = {
  html: 'text/html; charset=utf-8',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  json: 'application/json; charset=utf-8',
};

/** The reports themselves, printed: submitted ones as they were, drafts as known at any ordinal. */
@Controller('v1/projects/:project')
export class ReportDocumentsController {
  constructor(
    @Inject(ReportPress) private readonly press: ReportPress,
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Get('reports/:id/document')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'reports',
    summary: 'A submitted report, printed',
    on: secondReport,
    parameters: [format],
    responses: printed,
  })
  async submitted(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const as = formatOf(queryOf(request, ['format']));
    const { project, id } = request.params as { project: string; id: string };
    await waitForWrites(request, this.reads, this.store);
    answer(reply, as, await this.press.print({ project, report: id, format: as }), `${id}.${as}`);
  }

  @Get('reports/:id/figures/:figure')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'reports',
    summary: 'A figure of a submitted report, with the events behind it',
    description:
      'The keys of its figures stand in the report: in `submission.figures`, in the annex, in the links of the HTML.',
    on: secondReport,
    parameters: [
      {
        name: 'figure',
        in: 'path',
        required: true,
        description: 'The key of the figure.',
        schema: { type: 'string', pattern: '^[\\w.:-]+$' },
        example: 'trainings.held',
      },
    ],
    responses: {
      200: { description: 'The figure: its entries come to it; those left out say why.', schema: { type: 'object' } },
    },
  })
  async figure(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    queryOf(request, []);
    const { project, id, figure } = request.params as { project: string; id: string; figure: string };
    await waitForWrites(request, this.reads, this.store);
    const order = { project, report: id, figure, format: 'json' } as const;
    answer(reply, 'json', await this.press.print(order), `${id}-figure.json`);
  }

  @Get('periods/:id/draft')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'reports',
    summary: 'The report of a period as known now, or as of then, submitted by nobody',
    on: period,
    parameters: [
      format,
      { name: 'asOf', in: 'query', description: 'An ordinal or a moment.', schema: { type: 'string' } },
      {
        name: 'occurredUntil',
        in: 'query',
        description: 'Only what took place up to that day: the report of the part of the period that was over by then.',
        schema: { type: 'string', format: 'date' },
      },
    ],
    responses: printed,
  })
  async draft(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['format', 'asOf', 'occurredUntil']);
    const as = formatOf(query);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const { project, id } = request.params as { project: string; id: string };
    const wanted = asOfOf(query.asOf);
    await waitForWrites(request, this.reads, this.store);
    const asOf = await ordinalOf(wanted, this.reads, this.store);
    const order = { project, period: id, asOf, occurredUntil, format: as };
    answer(reply, as, await this.press.print(order), `draft-${id}.${as}`);
  }
}

function formatOf({ format = 'html' }: Record<string, string | undefined>): ReportFormat {
  const known = reportFormats.find((one) => one === format);
  if (known) return known;
  throw new Problem(400, 'invalid-query', `format takes ${reportFormats.join(', ')}.`);
}

function answer(reply: FastifyReply, format: ReportFormat, result: Buffer | NotPrinted, name: string) {
  if (result === 'being-filled')
    throw notNow('An indicator is being filled from the log. Ask again in a few seconds.', 'being-filled');
  if (typeof result === 'string') {
    const sentence = {
      'unknown-report': 'There is no such report here.',
      'not-submitted': 'The report is not submitted yet.',
      'unknown-figure': 'The report has no figure of that key: those that it has stand in its submission.',
      'unknown-period': 'There is no such period here.',
      'not-begun': 'The period begins after that day.',
    }[result];
    throw new Problem(['not-submitted', 'not-begun'].includes(result) ? 409 : 404, result, sentence);
  }
  // The page brings its own styles and nothing else; no script runs in it.
  if (format === 'html')
    reply.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    );
  const disposition = format === 'docx' ? 'attachment' : 'inline';
  reply
    .header('content-type', types[format])
    .header('content-disposition', `${disposition}; filename="${name}"`)
    .code(200)
    .send(result);
}
