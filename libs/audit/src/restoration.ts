import { decider, HasReason, IsId, type Reason } from '#event-sourcing';

// ── Commands ──

/** Says that this ledger goes on from a backup that is older than what it had given out. Never taken over HTTP. */
export class RestoreLedger {
  @IsId() id!: string;
  restored!: RestorationData;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

/** Events that were recorded, and given out, after the backup was taken: they are not in this log. */
export type RestorationData = {
  backup: { ordinal: number; /** Hex. */ root: string; createdAt: string };
  /** The highest root given out that was shown: in a later backup, or in a report. */
  known: { ordinal: number; root: string; shownBy: 'backup' | 'report' };
};

export type RestorationEvent = { type: 'LedgerRestored'; data: RestorationData };

// ── State: only what the rules ask for ──

type Restoration = { status: 'none' | 'restored' };

// ── Rules ──

export const restoration = decider<Restoration, RestorationEvent>()({
  category: 'restoration',
  commands: { RestoreLedger },
  rejections: {},
  initial: { status: 'none' },

  decide: {
    RestoreLedger: ({ restored }, { status }) =>
      status === 'restored' ? [] : [{ type: 'LedgerRestored', data: restored }],
  },

  evolve: {
    LedgerRestored: () => ({ status: 'restored' }),
  },
});
