import { encode, isDigest } from './base64url';
import { sha256, utf8 } from './bytes';
import { type Parsed, parsed, wrong } from './parsed';

const prefix = 'eec1-';
const bodyLength = prefix.length + 43;
const checkLength = 4;

/** Characters of a code. */
export const codeLength = bodyLength + 1 + checkLength;

/** The code of an organization key: `eec1-`, 43 characters, `-`, 4 characters (member.md, section 9). */
export async function formatCode(thumbprint: string): Promise<string> {
  const body = `${prefix}${thumbprint}`;
  return `${body}-${await checkOf(body)}`;
}

/** The thumbprint that a code names, exactly as it is printed. */
export async function parseCode(text: string): Promise<Parsed<string>> {
  if (text.length !== codeLength || !text.startsWith(prefix) || text[bodyLength] !== '-') {
    return wrong(`is no organization code: it has ${codeLength} characters and begins with ${prefix}`);
  }
  const body = text.slice(0, bodyLength);
  const thumbprint = body.slice(prefix.length);
  return text.slice(bodyLength + 1) === (await checkOf(body)) && isDigest(thumbprint)
    ? parsed(thumbprint)
    : wrong('has a typing error: its last characters do not fit the others');
}

async function checkOf(body: string): Promise<string> {
  return encode(await sha256(utf8(body))).slice(0, checkLength);
}
