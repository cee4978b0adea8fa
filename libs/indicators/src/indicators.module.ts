import { Module } from '@nestjs/common';
import { FiguresController } from './figures.controller.js';
import { IndicatorsController, ObservationsController } from './indicators.controller.js';

@Module({ controllers: [IndicatorsController, ObservationsController, FiguresController] })
export class IndicatorsModule {}
