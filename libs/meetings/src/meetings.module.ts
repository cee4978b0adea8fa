import { Module } from '@nestjs/common';
import { DecisionsController, DialoguesController, MeetingsController } from './meetings.controller.js';

@Module({ controllers: [DialoguesController, MeetingsController, DecisionsController] })
export class MeetingsModule {}
