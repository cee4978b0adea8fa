import { Module } from '@nestjs/common';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceOfController } from './evidence-of.controller.js';

@Module({ controllers: [EvidenceController, EvidenceOfController] })
export class EvidenceModule {}
