import type { OrderedEvent } from '#event-sourcing';

/** A fold refused an event: its projection stops before it. */
export class EventFault extends Error {
  override readonly name = 'EventFault';
  constructor(
    readonly event: Pick<OrderedEvent, 'id' | 'ordinal' | 'type'>,
    readonly where: string,
    override readonly cause: unknown,
  ) {
    super(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
