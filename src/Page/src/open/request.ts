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
  readonly envelope: string;
  readonly statements: readonly string[];
  readonly proof: readonly string[];
  readonly certificates: readonly string[];
}
