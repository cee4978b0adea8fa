/**
 * What real programmes print (read off reports, factsheets and plans of several donors), and how Attest records, shows and
 * prints it. `printed`: routes as docs/openapi.json names them, or a template with its part (`interim@1: meetings`). A line without
 * commands cannot be recorded yet.
 */
const line = (line, { commands = [], registers = [], printed = [] } = {}) => ({ line, commands, registers, printed });

export const coverage = [
  // ── Projects ──
  line('a project with dates at month or year precision, "since 2015", open ended, or none', {
    commands: ['CreateProject', 'CorrectProject', 'AmendContract'],
    registers: ['project-register'],
    printed: ['GET /v1/projects', 'interim@1: data-sheet'],
  }),
  line('phases inside a project (inception, implementation)', {
    commands: ['AddPhase', 'CorrectPhase', 'VoidPhase'],
    registers: ['project-register'],
    printed: ['GET /v1/projects', 'GET /v1/portfolio'],
  }),
  line('projects that follow one another', {
    commands: ['RecordSuccession', 'CorrectSuccession', 'VoidSuccession'],
    registers: ['succession-register', 'project-register'],
    printed: ['GET /v1/projects/{project}/successions', 'GET /v1/portfolio'],
  }),
  line('a stated duration that disagrees with the dates (flagged)', {
    commands: ['DescribeProject', 'CorrectDescription'],
    registers: ['project-register'],
    printed: ['GET /v1/projects', 'GET /v1/portfolio'],
  }),
  line('a project that two lists name differently', {
    commands: ['RecordAlias', 'CorrectAlias', 'VoidAlias'],
    registers: ['alias-register', 'project-register'],
    printed: ['GET /v1/projects/{project}/aliases', 'GET /v1/portfolio'],
  }),
  line('donors funding, co-funding, "represented by", "through", with amounts and shares', {
    commands: ['RecordFunding', 'CorrectFunding', 'VoidFunding'],
    registers: ['funding-register', 'project-register'],
    printed: ['GET /v1/projects/{project}/funding', 'GET /v1/portfolio'],
  }),
  line('"n/a" beside "not stated"', {
    commands: ['RecordPartner', 'DescribeProject'],
    registers: ['partner-register', 'project-register'],
    printed: ['GET /v1/projects/{project}/partners', 'GET /v1/portfolio'],
  }),
  line('implementing, partner and beneficiary organisations', {
    commands: ['RecordPartner', 'CorrectPartner', 'VoidPartner'],
    registers: ['partner-register', 'project-register'],
    printed: ['GET /v1/projects/{project}/partners', 'GET /v1/portfolio'],
  }),
  line('final beneficiaries and target groups', {
    commands: ['DescribeProject', 'CorrectDescription', 'VoidDescription'],
    registers: ['project-register'],
    printed: ['GET /v1/projects', 'GET /v1/portfolio'],
  }),
  line('programmes over regions, and the projects that are part of them', {
    commands: ['CreateProgramme', 'IncludeProject', 'EndInclusion'],
    registers: ['programme-register', 'inclusion-register', 'project-register'],
    printed: ['GET /v1/programmes', 'GET /v1/portfolio'],
  }),
  line('amendments (cost, no-cost, dates, budget, logframe), in force from a day', {
    commands: ['AmendContract', 'CorrectAmendment', 'VoidAmendment'],
    registers: ['project-register'],
    printed: ['GET /v1/projects', 'interim@1: data-sheet'],
  }),
  line('contacts as roles, without names of people', {
    commands: ['RecordContact', 'CorrectContact', 'VoidContact'],
    registers: ['contact-register'],
    printed: ['GET /v1/projects/{project}/contacts'],
  }),
  line('a stated number of organisations beside a list that has another (flagged)', {
    commands: ['RegisterOrganisation', 'RecordMembership'],
    registers: ['organisation-register'],
    printed: ['GET /v1/organisations'],
  }),
  line('country groups, city networks', {
    commands: ['RegisterOrganisation', 'RecordMembership', 'CorrectMembership', 'VoidMembership'],
    registers: ['organisation-register', 'membership-register'],
    printed: ['GET /v1/organisations', 'GET /v1/memberships'],
  }),
  line('several countries, administrative levels and sites', {
    commands: ['RegisterPlace', 'CorrectPlace', 'MergePlace'],
    registers: ['place-register'],
    printed: ['GET /v1/places'],
  }),
  // ── Framework ──
  line('result -> result links, many to many', {
    commands: ['AddResult', 'CorrectResult'],
    registers: ['logframe-register'],
    printed: ['GET /v1/projects/{project}/results'],
  }),
  line('means and inputs (positions, offices, backstopping)', {
    commands: ['AddInput', 'CorrectInput', 'VoidInput'],
    registers: ['input-register'],
    printed: ['GET /v1/projects/{project}/inputs'],
  }),
  line('assumptions', {
    commands: ['AddResult', 'AddAssumption', 'ReviewAssumption'],
    registers: ['logframe-register', 'assumption-register'],
    printed: ['GET /v1/projects/{project}/results', 'GET /v1/projects/{project}/assumptions'],
  }),
  line('risks and their reviews', {
    commands: ['AddRisk', 'ReviewRisk', 'CorrectRiskReview'],
    registers: ['risk-register'],
    printed: ['GET /v1/projects/{project}/risks'],
  }),
  line('adopted versions of a logframe, side by side', {
    commands: ['AdoptLogframe', 'CorrectLogframe', 'VoidLogframe'],
    registers: ['logframe-versions'],
    printed: [
      'GET /v1/projects/{project}/logframe-versions',
      'GET /v1/projects/{project}/logframe-versions/{id}/comparison',
    ],
  }),
  line('a target that is a share of another target', {
    commands: ['SetPeriodTarget', 'RevisePeriodTarget', 'CorrectPeriodTarget'],
    registers: ['period-target-register'],
    printed: ['GET /v1/projects/{project}/target-overview'],
  }),
  line('milestones, and targets per period and per disaggregation', {
    commands: ['SetPeriodTarget', 'RevisePeriodTarget', 'CorrectPeriodTarget'],
    registers: ['period-target-register'],
    printed: ['GET /v1/projects/{project}/period-targets', 'GET /v1/projects/{project}/target-overview'],
  }),
  // ── Activities ──
  line('requests by an authority and what answered them ("on demand")', {
    commands: ['RecordRequest', 'AnswerRequest'],
    registers: ['request-register'],
    printed: ['GET /v1/projects/{project}/requests'],
  }),
  line('dialogue processes with their meetings', {
    commands: ['RegisterDialogue', 'RecordMeeting'],
    registers: ['dialogue-register', 'coordination-register'],
    printed: ['GET /v1/projects/{project}/dialogues', 'interim@1: meetings'],
  }),
  line('who attended, and for whom', {
    commands: ['RecordMeeting', 'CorrectMeeting'],
    registers: ['coordination-register'],
    printed: ['GET /v1/projects/{project}/meetings'],
  }),
  line('decisions of a meeting and what became of them: due, owner by role, done, postponed, dropped', {
    commands: ['RecordDecision', 'RecordFollowUp', 'CorrectFollowUp'],
    registers: ['decision-register'],
    printed: ['GET /v1/projects/{project}/decisions'],
  }),
  line('aggregate facts ("four sessions to 27 organisations") that are later itemised', {
    commands: ['RecordAggregate', 'CorrectAggregate', 'ItemiseAggregate'],
    registers: ['aggregate-register'],
    printed: ['GET /v1/projects/{project}/aggregates', 'GET /v1/projects/{project}/indicators/{id}/figure'],
  }),
  line('counts of distinct anything (countries, crossing points, organisations, dialogues)', {
    commands: ['DefineIndicator', 'RedefineIndicator'],
    registers: ['indicator-register'],
    printed: ['GET /v1/projects/{project}/indicators/{id}/figure'],
  }),
  line(
    'activities of every kind (study visit, mission, consultation, policy support, campaign ...) and what is not stated of them',
    {
      commands: ['PlanActivity', 'CompleteActivity', 'HoldTraining'],
      registers: ['activity-register', 'training-register'],
      printed: ['GET /v1/projects/{project}/activities', 'interim@1: activities'],
    },
  ),
  line('on hold as agreed with a counterpart, by a document, from a day that is not stated', {
    commands: ['HoldActivity', 'HoldStrand', 'HoldPlan'],
    registers: ['activity-register', 'strand-register', 'work-plan'],
    printed: ['GET /v1/projects/{project}/activities', 'GET /v1/projects/{project}/strands', 'interim@1: work-plan'],
  }),
  line('deliverables with their versions and acceptance', {
    commands: ['RecordDeliverable', 'DeliverVersion', 'AcceptVersion'],
    registers: ['deliverable-register', 'version-register'],
    printed: ['GET /v1/projects/{project}/deliverables'],
  }),
  line('equipment and works through their states: procured, delivered, installed, handed over', {
    commands: ['RegisterItem', 'RecordItemState'],
    registers: ['item-register', 'item-state-register'],
    printed: ['GET /v1/projects/{project}/items', 'GET /v1/projects/{project}/item-states'],
  }),
  line('sites of several kinds; physical progress', {
    commands: ['RegisterPlace', 'RegisterItem', 'RecordProgress'],
    registers: ['place-register', 'item-register', 'item-progress-register'],
    printed: ['GET /v1/places', 'GET /v1/projects/{project}/items'],
  }),
  line('courses from enrolment to completion or drop-out', {
    commands: ['OpenCourse', 'RecordCohort', 'RecordCompletion'],
    registers: ['course-register', 'cohort-register'],
    printed: ['GET /v1/projects/{project}/courses'],
  }),
  line('small grants with grantee, instalments and result', {
    commands: ['AwardGrant', 'PayInstalment', 'ReportGrantResult', 'CloseGrant'],
    registers: ['small-grant-register', 'instalment-register'],
    printed: ['GET /v1/projects/{project}/grants'],
  }),
  // ── People and needs ──
  line('people in need, targeted and reached', {
    commands: ['StatePeopleInNeed', 'CorrectPeopleInNeed', 'RecordService'],
    registers: ['people-in-need-register', 'service-register'],
    printed: ['GET /v1/projects/{project}/people-in-need', 'GET /v1/projects/{project}/people-reached'],
  }),
  line("context figures with source and date (never an indicator's actual)", {
    commands: ['RecordContextFigure', 'CorrectContextFigure'],
    registers: ['context-figure-register'],
    printed: ['GET /v1/projects/{project}/context-figures'],
  }),
  line('assessment rounds', {
    commands: ['RecordAssessmentRound', 'CorrectAssessmentRound'],
    registers: ['assessment-round-register'],
    printed: ['GET /v1/projects/{project}/assessment-rounds'],
  }),
  // ── Money ──
  line('unit costs (a package of 1,000)', {
    commands: ['DefinePackage', 'CorrectPackage', 'RecordService'],
    registers: ['package-register', 'service-register'],
    printed: ['GET /v1/projects/{project}/packages', 'GET /v1/projects/{project}/service-costs'],
  }),
  line('requirements rolled up over area, section and line', {
    commands: ['AddRequirement', 'CorrectRequirement'],
    registers: ['requirement-register'],
    printed: ['GET /v1/projects/{project}/requirements', 'GET /v1/projects/{project}/funding-overview'],
  }),
  line('what is funded of an appeal, and the gap; pledged, committed and received contributions', {
    commands: ['AddRequirement', 'RecordContribution', 'CorrectContribution'],
    registers: ['contribution-register', 'requirement-register'],
    printed: ['GET /v1/projects/{project}/contributions', 'GET /v1/projects/{project}/funding-overview'],
  }),
  line('several currencies, each conversion by a recorded rate with its source', {
    commands: ['RecordRate', 'CorrectRate'],
    registers: ['rate-register'],
    printed: ['GET /v1/rates', 'GET /v1/projects/{project}/funding-overview'],
  }),
  line('budget by heading and year, with its revisions; what does not add up (flagged)', {
    commands: ['AddHeading', 'ReviseHeading', 'StateTotal'],
    registers: ['budget-register', 'budget-terms'],
    printed: ['GET /v1/projects/{project}/headings', 'interim@1: budget'],
  }),
  line('a ceiling as a condition of the contract', {
    commands: ['RecordCeiling'],
    registers: ['budget-terms'],
    printed: ['GET /v1/projects/{project}/budget', 'interim@1: budget'],
  }),
  line('expenditure by heading and period', {
    commands: ['RecordExpenditure', 'CorrectExpenditure'],
    registers: ['expenditure-register'],
    printed: ['GET /v1/projects/{project}/expenditures', 'interim@1: budget'],
  }),
  line('absorption rate, burn rate and forecast at completion', {
    commands: ['AddHeading', 'RecordExpenditure'],
    registers: ['budget-register', 'expenditure-register'],
    printed: ['GET /v1/projects/{project}/budget-position'],
  }),
  // ── Narrative ──
  line('narrative of a region or a portfolio: drivers, objectives, spotlights, outlook', {
    commands: ['WritePortfolioNarrative', 'RevisePortfolioNarrative', 'WriteNarrative'],
    registers: ['narrative-register'],
    printed: ['GET /v1/portfolio-narratives', 'GET /v1/projects/{project}/narratives'],
  }),
  line('documents in several languages', {
    commands: ['RecordDocument', 'CorrectDocument', 'VoidDocument'],
    registers: ['document-register'],
    printed: ['GET /v1/projects/{project}/documents'],
  }),
];
