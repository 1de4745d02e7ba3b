import type { MemberKeys } from '../keys/memberKeys';
import type { GroupMemory } from '../trust/memory';

/** All that opening looks at (envelope.md, section 11). What the core sent is text, and trusted for nothing. */
export interface OpenRequest {
  /** The organization whose member this is; from the page's own memory. */
  readonly organization: string;
  /** The group that was asked for. */
  readonly group: string;
  readonly member: string;
  readonly keys: MemberKeys;
  /** Thumbprint of the organization key, which the member got outside the core; null: none yet. */
  readonly pinned: string | null;
  /** What is remembered of the group; null at the first time. */
  readonly memory: GroupMemory | null;
  /**
   * The highest generation of an identity that was seen in any group of the organization; 0 or absent: none. A head signed under a lower one is refused, unless it
   * is the very head that `memory` has: what the member has goes on to open, nothing new comes from an identity that was replaced.
   */
  readonly leastGeneration?: number;
  readonly envelope: string;
  readonly statements: readonly string[];
  readonly proof: readonly string[];
  readonly certificates: readonly string[];
}
