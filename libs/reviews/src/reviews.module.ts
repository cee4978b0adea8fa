import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { specOf } from '#http';
import { ReviewRulesController, ReviewsController } from './reviews.controller.js';
import { ReviewableRegisters, UnapprovedController } from './unapproved.controller.js';

@Module({ controllers: [ReviewsController, ReviewRulesController, UnapprovedController] })
export class ReviewsModule {
  /** `controllers`: of all slices, asked for once they are there; so reviews need not know the slices. */
  static with(controllers: () => Type[]): DynamicModule {
    const registers: Provider = {
      provide: ReviewableRegisters,
      useFactory: () => {
        const specs = controllers().flatMap((controller) => specOf(controller) ?? []);
        const own = specs.filter(({ scope }) => scope === 'project');
        return new ReviewableRegisters(
          new Map(own.flatMap(({ decider, register }) => (register ? [[decider.category, register]] : []))),
        );
      },
    };
    return { module: ReviewsModule, providers: [registers] };
  }
}
