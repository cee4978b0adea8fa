import { Module } from '@nestjs/common';
import { GrantInstalmentsController, GrantsController } from './grants.controller.js';

@Module({ controllers: [GrantsController, GrantInstalmentsController] })
export class GrantsModule {}
