import { Module } from '@nestjs/common';
import { BudgetPositionController } from './budget-position.controller.js';
import { BudgetController, ExpendituresController, HeadingsController } from './budget.controller.js';

@Module({ controllers: [HeadingsController, BudgetController, ExpendituresController, BudgetPositionController] })
export class BudgetModule {}
