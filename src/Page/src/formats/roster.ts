import { decodeExactly, encode } from './base64url';
import { type Bytes, concat, prefixed, sha256, utf8 } from './bytes';
import type { KeyIds } from './jwk';

/** Most siblings of a proof. */
export const maxProof = 256;

const leafTag = Uint8Array.of(0);
const nodeTag = Uint8Array.of(1);

/** True if the siblings, root first, lead from the member's leaf to the roster's root (envelope.md, section 7). */
export async function provesIntoRoster(root: string, member: string, keys: KeyIds, proof: readonly string[]): Promise<boolean> {
  const siblings = proof.map((text) => decodeExactly(text, 32));
  const leaf = await leafOf(member, keys);
  if (proof.length > maxProof || leaf === null) {
    return false;
  }
  const path = await sha256(utf8(member));
  let hash = leaf;
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth];
    if (!sibling) {
      return false;
    }
    const right = ((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
    hash = await sha256(right === 1 ? concat(nodeTag, sibling, hash) : concat(nodeTag, hash, sibling));
  }
  return encode(hash) === root;
}

async function leafOf(member: string, keys: KeyIds): Promise<Bytes | null> {
  const hpke = decodeExactly(keys.hpke, 32);
  const sig = decodeExactly(keys.sig, 32);
  return hpke && sig ? sha256(concat(leafTag, prefixed(member), prefixed(keys.alg), hpke, sig)) : null;
}
