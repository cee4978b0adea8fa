import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  Recorder,
  type Binding,
  type Command,
  type CommandClass,
  type CommandEnvelope,
  type Outcome,
} from '#event-sourcing';

/** Who sent a command travels beside it: the command is what was validated, and nothing else. */
const envelopes = new WeakMap<Command, CommandEnvelope>();

/** Puts a command on the bus. Throws `Rejection`, or what the store throws. */
export function send(bus: CommandBus, command: Command, envelope: CommandEnvelope): Promise<Outcome> {
  envelopes.set(command, envelope);
  return bus.execute<Command, Outcome>(command);
}

/** What the catalogue binds; a class, so that it is its own injection token. */
export class Bindings {
  constructor(readonly all: readonly Binding[]) {}
}

/** Binds the one handler to every command of every slice. */
@Injectable()
export class CommandHandlers implements OnApplicationBootstrap {
  constructor(
    private readonly bus: CommandBus,
    private readonly recorder: Recorder,
    private readonly bindings: Bindings,
  ) {}

  onApplicationBootstrap(): void {
    const commands = this.bindings.all.flatMap(({ decider }) => Object.values(decider.commands) as CommandClass[]);
    this.bus.register(commands.map((command) => this.#handlerOf(command)));
  }

  /** The bus tells a handler's command by the handler's class, so each command has an empty one. */
  #handlerOf(command: CommandClass): InstanceWrapper<ICommandHandler<Command>> {
    const metatype = class extends RecordCommand {};
    CommandHandler(command)(metatype);
    return new InstanceWrapper({ name: command.name, metatype, instance: new metatype(this.recorder) });
  }
}

class RecordCommand implements ICommandHandler<Command, Outcome> {
  constructor(private readonly recorder: Recorder) {}

  execute(command: Command): Promise<Outcome> {
    const envelope = envelopes.get(command);
    if (!envelope) throw new Error(`${command.constructor.name} was sent without an envelope`);
    return this.recorder.record(command, envelope);
  }
}
