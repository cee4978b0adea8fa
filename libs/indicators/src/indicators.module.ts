import { Module } from '@nestjs/common';
import { FiguresController } from './figures.controller.js';
import { IndicatorsController, ObservationsController } from './indicators.controller.js';
import { OpeningBalancesController } from './opening-balances.controller.js';
import { PeopleReachedController } from './people-reached.controller.js';
import { PeriodTargetsController } from './period-targets.controller.js';
import { TargetOverviewController } from './target-overview.controller.js';

@Module({
  controllers: [
    IndicatorsController,
    ObservationsController,
    FiguresController,
    OpeningBalancesController,
    PeopleReachedController,
    PeriodTargetsController,
    TargetOverviewController,
  ],
})
export class IndicatorsModule {}
