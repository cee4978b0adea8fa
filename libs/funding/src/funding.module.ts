import { Module } from '@nestjs/common';
import { FundingOverviewController } from './funding-overview.controller.js';
import { ContributionsController, RatesController, RequirementsController } from './funding.controller.js';

@Module({
  controllers: [RequirementsController, ContributionsController, RatesController, FundingOverviewController],
})
export class FundingModule {}
