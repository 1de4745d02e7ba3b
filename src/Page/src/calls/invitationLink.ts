import { decodeExactly } from '../formats/base64url';
import { type Parsed, parsed, wrong } from '../formats/parsed';
import { parseAddress } from './coreAddress';

/** An invitation: `https://core.example/join#token` (member.md, section 2). The token is a secret. */
export interface InvitationLink {
  readonly core: string;
  readonly token: string;
}

/** True for what stands behind `#` in an invitation. */
export const isToken = (text: string): boolean => decodeExactly(text, 32) !== null;

/** Reads a link. The error does not repeat it. */
export function parseInvitation(text: string): Parsed<InvitationLink> {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url === null || url.pathname !== '/join' || url.search !== '') {
    return wrong('is no invitation: it looks like https://core.example/join#token');
  }
  const token = url.hash.slice(1);
  if (!isToken(token)) {
    return wrong('is an invitation without its whole token: copy everything behind the #, too');
  }
  const userInfo = url.username === '' && url.password === '';
  const core = userInfo ? parseAddress(url.origin) : wrong<string>('is no invitation: it looks like https://core.example/join#token');
  return core.value === undefined ? wrong(core.error) : parsed({ core: core.value, token });
}
