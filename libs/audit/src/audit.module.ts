import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ReadModels, type AnyRegister } from '#event-sourcing';
import { ChangeWords } from '#http';
import { EventsController } from './events.controller.js';
import { HistoryController } from './history.controller.js';
import { Registers, tellVersions, type AccessRecords } from './known.js';
import { LedgerRedactionsController, RedactionsController } from './redactions.controller.js';
import { RegistersController } from './registers.controller.js';
import { ReplaysController } from './replays.controller.js';
import { RestorationsController } from './restorations.controller.js';

const words: Provider = {
  provide: ChangeWords,
  inject: [ReadModels, Registers],
  useFactory: (reads: ReadModels, registers: Registers): ChangeWords => ({
    tell: async (versions, of) => (await tellVersions(reads, registers, [versions], of))[0]!,
  }),
};

@Module({
  controllers: [
    RegistersController,
    ReplaysController,
    EventsController,
    HistoryController,
    RedactionsController,
    LedgerRedactionsController,
    RestorationsController,
  ],
})
export class AuditModule {
  /** `registers`: every one there is, so that audits need not know the slices. */
  static with(registers: readonly AnyRegister[], access: AccessRecords): DynamicModule {
    const all: Provider = { provide: Registers, useValue: new Registers(registers, access) };
    return { module: AuditModule, providers: [all, words], exports: [words] };
  }
}
