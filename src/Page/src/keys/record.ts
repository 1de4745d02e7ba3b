import type { KnownGroup } from '../trust/memory';
import type { MemberKeys } from './memberKeys';

/** What the page keeps of one membership: whose keys, where the core is, what is trusted, what is remembered. */
export interface MemberRecord {
  readonly id: string;
  /** Address of the core, without a slash behind it. */
  readonly core: string;
  readonly organization: string;
  readonly member: string;
  /** Id of the core, which call tokens name. */
  readonly coreId: string;
  /** Thumbprint of the organization key that the member trusts; null: none yet. */
  readonly trusted: string | null;
  readonly keys: MemberKeys;
  readonly groups: Readonly<Record<string, KnownGroup>>;
  /** Names for the screen; the core's word, cleaned. */
  readonly title: string;
}

/** One record for each core, organization and member. */
export const recordId = (core: string, organization: string, member: string): string => `${core} ${organization} ${member}`;
