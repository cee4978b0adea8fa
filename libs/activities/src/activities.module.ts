import { Module } from '@nestjs/common';
import { ActivitiesController, PlansController, StrandsController } from './activities.controller.js';

@Module({ controllers: [StrandsController, ActivitiesController, PlansController] })
export class ActivitiesModule {}
