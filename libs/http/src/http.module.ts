import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EventStore, ReadModels, Recorder, type AnyRegister, type Binding } from '#event-sourcing';
import { BulkController } from './bulk.controller.js';
import { CommandSpecs } from './bulk.js';
import { Bindings, CommandHandlers } from './commands.js';
import { HealthController, Readiness } from './health.controller.js';
import { Limits } from './limits.js';
import { openApi } from './openapi.js';
import { controllersOf } from './operation.js';
import { specOf } from './thing-controller.js';
import { ProjectRegister, ThingReads } from './thing-reads.js';
import { ThingWrites } from './thing-writes.js';

/** What the app chooses: the adapters behind the ports, and what the catalogue binds. */
export interface Ports {
  store: EventStore;
  readModels: ReadModels;
  recorder: Recorder;
  bindings: readonly Binding[];
  readiness: Readiness;
  /** Further ports that slices' controllers ask for (`{ provide: Ledger, useValue: … }`). */
  others?: readonly Provider[];
}

/** Global, so that a slice's module is only its controllers. */
@Module({})
export class HttpModule {
  static with(
    { store, readModels, recorder, bindings, readiness, others = [] }: Ports,
    slices: readonly Type[],
    limits = new Limits(),
  ): DynamicModule {
    const ports: Provider[] = [
      { provide: EventStore, useValue: store },
      { provide: ReadModels, useValue: readModels },
      { provide: Recorder, useValue: recorder },
      { provide: Bindings, useValue: new Bindings(bindings) },
      { provide: Readiness, useValue: readiness },
      { provide: ProjectRegister, useValue: new ProjectRegister(projectRegisterOf(slices)) },
      { provide: CommandSpecs, useValue: new CommandSpecs(specsOf(slices)) },
      { provide: Limits, useValue: limits },
      ...others,
    ];
    return {
      module: HttpModule,
      global: true,
      imports: [CqrsModule.forRoot(), ...slices],
      controllers: [HealthController, BulkController],
      providers: [...ports, ThingReads, ThingWrites, CommandHandlers],
      exports: [...ports, ThingReads, ThingWrites, CqrsModule],
    };
  }
}

/** The OpenAPI document of an application with these slices; needs nothing but their code. */
export const apiDocument = (slices: readonly Type[], version: string) =>
  openApi([...slices.flatMap((slice) => controllersOf(slice)), HealthController, BulkController], version);

function projectRegisterOf(slices: readonly Type[]): AnyRegister | undefined {
  return specsOf(slices).find((spec) => spec.scope === 'self')?.register;
}

const specsOf = (slices: readonly Type[]) =>
  slices.flatMap((slice) => controllersOf(slice)).flatMap((controller) => specOf(controller) ?? []);
