import { Module } from '@nestjs/common';
import { BudgetController, ExpendituresController, HeadingsController } from './budget.controller.js';

@Module({ controllers: [HeadingsController, BudgetController, ExpendituresController] })
export class BudgetModule {}
