import { Module } from '@nestjs/common';
import { accessRegister, grant } from '#access';
import { AccessModule } from '#access/src/access.module.js';
import { ActivitiesModule } from '#activities/src/activities.module.js';
import { AuditModule } from '#audit/src/audit.module.js';
import { BudgetModule } from '#budget/src/budget.module.js';
import { FrameworkModule } from '#framework/src/framework.module.js';
import { IndicatorsModule } from '#indicators/src/indicators.module.js';
import { MeetingsModule } from '#meetings/src/meetings.module.js';
import { OrganisationsModule } from '#organisations/src/organisations.module.js';
import { ProjectsModule } from '#projects/src/projects.module.js';
import { ReportsModule } from '#reports/src/reports.module.js';
import { TrainingsModule } from '#trainings/src/trainings.module.js';
import { registers } from './registers.js';

const audit = AuditModule.with(registers, { register: accessRegister.name, category: grant.category });

/** The routes of every slice. */
@Module({
  imports: [
    ProjectsModule,
    OrganisationsModule,
    AccessModule,
    FrameworkModule,
    ActivitiesModule,
    TrainingsModule,
    MeetingsModule,
    BudgetModule,
    IndicatorsModule,
    ReportsModule,
    audit,
  ],
  // Its words are told in every history.
  exports: [audit],
})
export class CatalogueModule {}
