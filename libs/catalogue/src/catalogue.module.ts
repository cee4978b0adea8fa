import { Module } from '@nestjs/common';
import { accessRegister, grant } from '#access';
import { AccessModule } from '#access/src/access.module.js';
import { ActivitiesModule } from '#activities/src/activities.module.js';
import { AggregatesModule } from '#aggregates/src/aggregates.module.js';
import { AuditModule } from '#audit/src/audit.module.js';
import { BudgetModule } from '#budget/src/budget.module.js';
import { CoursesModule } from '#courses/src/courses.module.js';
import { DeliveriesModule } from '#deliveries/src/deliveries.module.js';
import { EvidenceModule } from '#evidence/src/evidence.module.js';
import { FrameworkModule } from '#framework/src/framework.module.js';
import { FundingModule } from '#funding/src/funding.module.js';
import { GrantsModule } from '#grants/src/grants.module.js';
import { controllersOf } from '#http';
import { IndicatorsModule } from '#indicators/src/indicators.module.js';
import { MeetingsModule } from '#meetings/src/meetings.module.js';
import { MonitoringModule } from '#monitoring/src/monitoring.module.js';
import { NarrativesModule } from '#narratives/src/narratives.module.js';
import { NeedsModule } from '#needs/src/needs.module.js';
import { OrganisationsModule } from '#organisations/src/organisations.module.js';
import { PlacesModule } from '#places/src/places.module.js';
import { ProgrammesModule } from '#programmes/src/programmes.module.js';
import { ProjectsModule } from '#projects/src/projects.module.js';
import { ReportsModule } from '#reports/src/reports.module.js';
import { RequestsModule } from '#requests/src/requests.module.js';
import { ServicesModule } from '#services/src/services.module.js';
import { ReviewsModule } from '#reviews/src/reviews.module.js';
import { TrainingsModule } from '#trainings/src/trainings.module.js';
import { registers } from './registers.js';

const audit = AuditModule.with(registers, { register: accessRegister.name, category: grant.category });

/** The routes of every slice. */
@Module({
  imports: [
    ProjectsModule,
    ProgrammesModule,
    OrganisationsModule,
    PlacesModule,
    AccessModule,
    FrameworkModule,
    ActivitiesModule,
    CoursesModule,
    GrantsModule,
    DeliveriesModule,
    RequestsModule,
    TrainingsModule,
    MeetingsModule,
    BudgetModule,
    FundingModule,
    ServicesModule,
    AggregatesModule,
    NeedsModule,
    IndicatorsModule,
    ReportsModule,
    MonitoringModule,
    NarrativesModule,
    EvidenceModule,
    ReviewsModule.with(() => controllersOf(CatalogueModule)),
    audit,
  ],
  // Its words are told in every history.
  exports: [audit],
})
export class CatalogueModule {}
