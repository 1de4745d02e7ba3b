import type { KeyLink, Statement } from '../formats/statement';
import { isCommittedTo } from './commitment';
import { bound, VaultKey } from './vaultKey';

/** Opens a link; null if it does not belong to this key, group and epoch (envelope.md, section 5). The caller compares the commitment. */
export async function openLink(key: VaultKey, organization: string, group: string, epoch: number, link: KeyLink): Promise<VaultKey | null> {
  const cipher = await key.derive('link', { name: 'AES-GCM', length: 256 }, ['decrypt']);
  // The derived key sealed this one message, so the nonce is constant.
  const parameters = {
    name: 'AES-GCM',
    iv: new Uint8Array(12),
    additionalData: bound('eec-link/v1', organization, group, epoch, link.olderEpoch),
  };
  try {
    return new VaultKey(new Uint8Array(await crypto.subtle.decrypt(parameters, cipher, link.sealed)));
  } catch {
    return null;
  }
}

/**
 * The key of an older epoch, 0 for an adopted key, read by following the links downwards from the head's. Null if no link leads there, or a key
 * on the way is not the one that was committed to. The caller destroys it.
 */
export async function readOlder(current: VaultKey, statements: readonly Statement[], epoch: number): Promise<VaultKey | null> {
  let at = statements.at(-1);
  let held = current;
  while (at?.link && at.link.olderEpoch >= epoch) {
    const { olderEpoch } = at.link;
    const older = await step(held, at, at.link, statements);
    if (held !== current) {
      held.destroy();
    }
    if (older === null || olderEpoch === epoch) {
      return older;
    }
    held = older;
    at = lastOf(statements, olderEpoch);
  }
  if (held !== current) {
    held.destroy();
  }
  return null;
}

/** Epochs whose keys the links lead to, newest first. */
export function olderEpochs(statements: readonly Statement[]): number[] {
  const epochs: number[] = [];
  for (let at = statements.at(-1); at?.link; at = lastOf(statements, at.link.olderEpoch)) {
    epochs.push(at.link.olderEpoch);
  }
  return epochs;
}

async function step(key: VaultKey, at: Statement, link: KeyLink, statements: readonly Statement[]): Promise<VaultKey | null> {
  const commitment = link.olderEpoch === 0 ? at.adopted : lastOf(statements, link.olderEpoch)?.commitment;
  const older = commitment ? await openLink(key, at.organization, at.group, at.epoch, link) : null;
  if (older === null || !commitment) {
    return null;
  }
  if (await isCommittedTo(older, at.organization, at.group, link.olderEpoch, commitment)) {
    return older;
  }
  older.destroy();
  return null;
}

const lastOf = (statements: readonly Statement[], epoch: number): Statement | undefined =>
  statements.findLast((statement) => statement.epoch === epoch);
