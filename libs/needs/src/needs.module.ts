import { Module } from '@nestjs/common';
import { AssessmentRoundsController, ContextFiguresController, PeopleInNeedController } from './needs.controller.js';

@Module({ controllers: [ContextFiguresController, AssessmentRoundsController, PeopleInNeedController] })
export class NeedsModule {}
