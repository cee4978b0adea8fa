import { Module } from '@nestjs/common';
import { ResultsController } from './framework.controller.js';

@Module({ controllers: [ResultsController] })
export class FrameworkModule {}
