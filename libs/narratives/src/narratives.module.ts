import { Module } from '@nestjs/common';
import { NarrativesController, PortfolioNarrativesController } from './narratives.controller.js';

@Module({ controllers: [NarrativesController, PortfolioNarrativesController] })
export class NarrativesModule {}
