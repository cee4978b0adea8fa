import { Module } from '@nestjs/common';
import { AttentionController } from './attention.controller.js';
import { SearchController } from './search.controller.js';

@Module({ controllers: [SearchController, AttentionController] })
export class MonitoringModule {}
