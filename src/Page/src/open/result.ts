import type { Statement } from '../formats/statement';
import type { GroupMemory } from '../trust/memory';
import type { VaultKey } from './vaultKey';

/** The outcomes of opening. They are never merged (envelope.md, section 11). */
export type OpenOutcome = 'forged' | 'unverified' | 'not-for-me' | 'opened';

/** Why an envelope was not opened: for the person's screen, never for the sender. The names are those of the C# client. */
export type OpenReason =
  | 'other-member'
  | 'other-key'
  | 'nothing-pinned'
  | 'no-certificate'
  | 'envelope-malformed'
  | 'certificate-invalid'
  | 'statement-malformed'
  | 'other-group'
  | 'chain-broken'
  | 'rolled-back'
  | 'forked'
  | 'signature-invalid'
  | 'group-ended'
  | 'envelope-moved'
  | 'suite-downgraded'
  | 'not-in-roster'
  | 'does-not-open'
  | 'commitment-mismatch';

export interface Failure {
  readonly outcome: 'forged' | 'unverified' | 'not-for-me';
  readonly reason: OpenReason;
}

export interface Opened {
  readonly outcome: 'opened';
  readonly reason: 'none';
  readonly key: VaultKey;
  /** What to remember from now on. */
  readonly memory: GroupMemory;
  /** The verified statements, head last. */
  readonly statements: readonly Statement[];
}

export type OpenResult = Failure | Opened;

export const forged = (reason: OpenReason): Failure => ({ outcome: 'forged', reason });
export const unverified = (reason: OpenReason): Failure => ({ outcome: 'unverified', reason });
export const notForMe = (reason: OpenReason): Failure => ({ outcome: 'not-for-me', reason });
