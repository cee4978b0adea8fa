import { Module } from '@nestjs/common';
import { PeriodsController, ProjectsController } from './projects.controller.js';

@Module({ controllers: [ProjectsController, PeriodsController] })
export class ProjectsModule {}
