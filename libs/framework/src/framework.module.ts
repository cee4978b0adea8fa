import { Module } from '@nestjs/common';
import { ResultsController } from './framework.controller.js';
import { LogframeComparisonController } from './logframe-comparison.controller.js';
import {
  AssumptionsController,
  InputsController,
  LogframeVersionsController,
  RisksController,
} from './logframe-things.controller.js';

@Module({
  controllers: [
    ResultsController,
    InputsController,
    AssumptionsController,
    RisksController,
    LogframeVersionsController,
    LogframeComparisonController,
  ],
})
export class FrameworkModule {}
