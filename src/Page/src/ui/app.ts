import type { InvitationLink } from '../calls/invitationLink';
import type { RecoveryCopy } from '../keys/acceptance';
import type { MemberRecord } from '../keys/record';
import type { MemberStore } from '../keys/store';

/** What the views share. */
export interface App {
  readonly store: MemberStore;
  /** The invitation that the page was opened with; gone once it is accepted. */
  invitation: InvitationLink | null;
  recovery: RecoveryCopy | null;
  /** Id of the membership whose keys were taken from a file on this visit. */
  restored: string | null;
  /** Id of the membership that is looked at. */
  current: string | null;
  /** Goes to a route, such as `groups` or `group/g1`. */
  go(route: string): void;
  /** For those who cannot see that something changed. */
  say(text: string): void;
}

/** What is shown at a route. */
export interface View {
  readonly title: string;
  readonly nodes: readonly (Node | null)[];
  /** Called when another view takes the place. */
  readonly leave?: () => void;
}

/** The membership that is looked at; null if there is none (any more). */
export async function currentMember(app: App): Promise<MemberRecord | null> {
  return app.current === null ? null : app.store.read(app.current);
}

/** Names of a membership, for the screen. */
export const titleOf = (member: MemberRecord): string => (member.title === '' ? `${member.member} · ${member.organization}` : member.title);
