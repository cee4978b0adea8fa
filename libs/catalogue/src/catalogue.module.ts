import { Module } from '@nestjs/common';
import { ActivitiesModule } from '#activities/src/activities.module.js';
import { BudgetModule } from '#budget/src/budget.module.js';
import { FrameworkModule } from '#framework/src/framework.module.js';
import { IndicatorsModule } from '#indicators/src/indicators.module.js';
import { MeetingsModule } from '#meetings/src/meetings.module.js';
import { OrganisationsModule } from '#organisations/src/organisations.module.js';
import { ProjectsModule } from '#projects/src/projects.module.js';
import { ReportsModule } from '#reports/src/reports.module.js';
import { TrainingsModule } from '#trainings/src/trainings.module.js';

/** The routes of every slice. */
@Module({
  imports: [
    ProjectsModule,
    OrganisationsModule,
    FrameworkModule,
    ActivitiesModule,
    TrainingsModule,
    MeetingsModule,
    BudgetModule,
    IndicatorsModule,
    ReportsModule,
  ],
})
export class CatalogueModule {}
