import { Module } from '@nestjs/common';
import { PortfolioController } from './portfolio.controller.js';
import {
  AliasesController,
  ContactsController,
  DocumentsController,
  FundingController,
  InclusionsController,
  PartnersController,
  SuccessionsController,
} from './project-parts.controller.js';
import { PeriodsController, ProjectsController } from './projects.controller.js';

@Module({
  controllers: [
    ProjectsController,
    PeriodsController,
    AliasesController,
    SuccessionsController,
    FundingController,
    PartnersController,
    ContactsController,
    DocumentsController,
    InclusionsController,
    PortfolioController,
  ],
})
export class ProjectsModule {}
