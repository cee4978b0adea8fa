import { Module } from '@nestjs/common';
import { DialoguesController, MeetingsController } from './meetings.controller.js';

@Module({ controllers: [DialoguesController, MeetingsController] })
export class MeetingsModule {}
