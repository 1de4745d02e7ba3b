// Opens a member's file with nothing but Node.js: docs/spec/member.md, section 8. Prints what the private keys are, never the keys.
import { createDecipheriv, createHash, createPrivateKey, createPublicKey, pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [path, passphrasePath] = process.argv.slice(2);
const file = JSON.parse(readFileSync(path, 'utf8'));
const passphrase = readFileSync(passphrasePath, 'utf8').replace(/\r?\n$/, '').normalize('NFC');
const b64u = (text) => Buffer.from(text, 'base64url');

const lengthPrefixed = (text) => {
  const bytes = Buffer.from(text, 'ascii');
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

const { kdf, iterations, salt, enc, nonce, ciphertext } = file.keys;
if (kdf !== 'PBKDF2-HMAC-SHA512' || enc !== 'A256GCM') {
  throw new Error('Another protection than the page says.');
}

const key = pbkdf2Sync(passphrase, b64u(salt), iterations, 32, 'sha512');
const decipher = createDecipheriv('aes-256-gcm', key, b64u(nonce));
decipher.setAAD(Buffer.concat(['eec-member-file/v1', file.organization, file.member].map(lengthPrefixed)));
const sealed = b64u(ciphertext);
decipher.setAuthTag(sealed.subarray(-16));
const plain = JSON.parse(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8'));

const describe = (jwk) => {
  // The public half is computed from the private one, not read beside it.
  const computed = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'jwk' });
  const members = jwk.kty === 'OKP' ? ['crv', 'kty', 'x'] : ['crv', 'kty', 'x', 'y'];
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, computed[name]])));
  return { thumbprint: createHash('sha256').update(canonical).digest('base64url'), alg: jwk.alg, fits: computed.x === jwk.x };
};

console.log(JSON.stringify({ hpke: describe(plain.hpke), sig: describe(plain.sig) }));
