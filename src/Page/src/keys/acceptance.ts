import type { Invitation, MemberCard } from '../calls/answers';
import type { InvitationLink } from '../calls/invitationLink';
import { accept } from '../calls/memberClient';
import type { CoreAnswer } from '../calls/problem';
import { sameKeys } from '../formats/jwk';
import { openBox, sealBox } from './keyBox';
import { makeKeys } from './make';
import { writeMemberFile } from './memberFile';
import { idsOf, type MemberKeys } from './memberKeys';
import { type MemberRecord, recordId } from './record';
import type { MemberStore } from './store';

/** A recovery copy that was made on this visit: sealed, so it may stay until the page is closed. */
export interface RecoveryCopy {
  /** Id of the membership. */
  readonly member: string;
  readonly fileName: string;
  readonly text: string;
}

/** What the acceptance of an invitation came to. */
export interface Accepted {
  readonly record: MemberRecord;
  readonly answer: CoreAnswer<MemberCard>;
  /** The copy, if one was wanted and these keys are the stored ones. */
  readonly recovery: RecoveryCopy | null;
}

/** Makes keys, stores them, and registers them, in this order; keys that are stored already are used (page.md, section 4). */
export async function acceptInvitation(
  store: MemberStore,
  link: InvitationLink,
  invitation: Invitation,
  passphrase: string | null,
): Promise<Accepted> {
  const { organization, member } = invitation;
  const id = recordId(link.core, organization, member);
  let record = await store.read(id);
  let recovery: RecoveryCopy | null = null;
  if (record === null) {
    const made = passphrase === null ? { keys: await makeKeys(false), copy: null } : await makeWithCopy(link.core, invitation, passphrase);
    record = await store.update(id, (present) => present ?? fresh(id, link.core, invitation, made.keys));
    // Another tab may have been first.
    recovery = sameKeys(idsOf(record.keys), idsOf(made.keys)) ? made.copy : null;
    // The browser may drop what it was not asked to keep. Some ask the person first, and nothing here waits for that.
    if (store.kind === 'kept') {
      globalThis.navigator?.storage?.persist?.().catch(() => false);
    }
  }
  return { record, answer: await accept(record, link), recovery };
}

/** Extractable keys, sealed, and taken out of the sealed copy again: so the copy opens, and the keys are not extractable from here on. */
async function makeWithCopy(core: string, invitation: Invitation, passphrase: string): Promise<{ keys: MemberKeys; copy: RecoveryCopy }> {
  const { organization, member, coreId, userName } = invitation;
  const box = await sealBox(await makeKeys(true), passphrase, organization, member);
  const keys = await openBox(box, passphrase, organization, member);
  if (keys === null) {
    throw new Error('The recovery copy does not open. Nothing was stored or sent; try again.');
  }
  const text = writeMemberFile({ core, organization, member, coreId, trusted: null, keys: box, groups: {} });
  const name = userName.replace(/[^A-Za-z0-9@._-]+/g, '-').slice(0, 64);
  return {
    keys,
    copy: { member: recordId(core, organization, member), fileName: `encryption-service-${organization}-${name}.json`, text },
  };
}

function fresh(id: string, core: string, invitation: Invitation, keys: MemberKeys): MemberRecord {
  const { organization, member, coreId, userName, organizationName } = invitation;
  return { id, core, organization, member, coreId, trusted: null, keys, groups: {}, title: `${userName} · ${organizationName}` };
}
