import { decode } from './base64url';
import { type Bytes, utf8 } from './bytes';
import { maxIdLength } from './ids';
import { types } from './jws';
import { type Parsed, parsed, wrong } from './parsed';
import { StrictJson } from './strictJson';
import type { Suite } from './suites';

const maxLength = 2_048;
const ciphertextSize = 48;

/** A vault key sealed to one member key, as it was read: a compact JWE (envelope.md, section 4). Opening authenticates all of it. */
export interface Envelope {
  readonly suite: Suite;
  readonly organization: string;
  readonly group: string;
  readonly epoch: number;
  readonly member: string;
  readonly kid: string;
  /** ASCII of the first part: what HPKE authenticates. */
  readonly protectedHeader: Bytes;
  readonly encapsulation: Bytes;
  readonly ciphertext: Bytes;
}

/** Reads an envelope. Shape only: nothing is verified. */
export function parseEnvelope(compact: string): Parsed<Envelope> {
  if (compact.length > maxLength) {
    return wrong(`is no JWE of at most ${maxLength} characters`);
  }
  const parts = compact.split('.');
  const [header, encapsulation, empty, ciphertext, last] = parts.map(decode);
  if (parts.length !== 5 || !header || !encapsulation || !ciphertext || empty?.length !== 0 || last?.length !== 0) {
    return wrong('is not five parts of base64url, the third and fifth empty');
  }
  const json = StrictJson.read(header);
  if (!json.value) {
    return wrong(`header ${json.error}`);
  }
  const members = json.value;
  if (members.text('typ', maxIdLength) !== types.envelope) {
    return wrong(`header 'typ' must be ${types.envelope}`);
  }
  const envelope: Envelope = {
    suite: members.suite('alg'),
    organization: members.id('org'),
    group: members.id('grp'),
    epoch: members.number('epo', 1),
    member: members.id('mem'),
    kid: members.digest('kid'),
    protectedHeader: utf8(parts[0] ?? ''),
    encapsulation,
    ciphertext,
  };
  const size = envelope.suite.publicKeySize;
  const sizes = encapsulation.length === size && ciphertext.length === ciphertextSize;
  members.check(sizes, 'alg', `asks for ${size} and ${ciphertextSize} bytes in the second and fourth part`);
  const problem = members.finish();
  return problem === null ? parsed(envelope) : wrong(`header ${problem}`);
}
