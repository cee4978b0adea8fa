import { Module } from '@nestjs/common';
import { AggregatesController } from './aggregates.controller.js';

@Module({ controllers: [AggregatesController] })
export class AggregatesModule {}
