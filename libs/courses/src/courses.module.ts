import { Module } from '@nestjs/common';
import { CohortsController, CoursesController } from './courses.controller.js';

@Module({ controllers: [CoursesController, CohortsController] })
export class CoursesModule {}
