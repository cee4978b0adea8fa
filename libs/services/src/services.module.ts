import { Module } from '@nestjs/common';
import { ServiceCostsController } from './service-costs.controller.js';
import { PackagesController, ServicesController } from './services.controller.js';

@Module({ controllers: [PackagesController, ServicesController, ServiceCostsController] })
export class ServicesModule {}
