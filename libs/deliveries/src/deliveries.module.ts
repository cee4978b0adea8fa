import { Module } from '@nestjs/common';
import {
  DeliverablesController,
  DeliverableVersionsController,
  ItemProgressController,
  ItemsController,
  ItemStatesController,
} from './deliveries.controller.js';

@Module({
  controllers: [
    DeliverablesController,
    DeliverableVersionsController,
    ItemsController,
    ItemStatesController,
    ItemProgressController,
  ],
})
export class DeliveriesModule {}
