import { Module } from '@nestjs/common';
import { MembershipsController, OrganisationsController } from './organisations.controller.js';

@Module({ controllers: [OrganisationsController, MembershipsController] })
export class OrganisationsModule {}
