import { Module } from '@nestjs/common';
import { ReportDocumentsController, ReportsController } from './reports.controller.js';

@Module({ controllers: [ReportsController, ReportDocumentsController] })
export class ReportsModule {}
