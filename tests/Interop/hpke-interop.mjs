// Opens our envelopes and makes the same ones itself, with an HPKE implementation that nobody here wrote.
// stdin: {"plaintext": b64u, "cases": [{"alg", "privateKey", "publicKey", "ours"}]}; stdout: [{"opened", "tampered", "theirs"}]. Keys are for tests only.
import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';
import { Chacha20Poly1305 } from '@hpke/chacha20poly1305';

const suites = {
  'HPKE-0': () => [new DhkemP256HkdfSha256(), new Aes128Gcm()],
  'HPKE-3': () => [new DhkemX25519HkdfSha256(), new Aes128Gcm()],
  'HPKE-4': () => [new DhkemX25519HkdfSha256(), new Chacha20Poly1305()],
  'HPKE-7': () => [new DhkemP256HkdfSha256(), new Aes256Gcm()],
};

const decode = (text) => Uint8Array.from(Buffer.from(text, 'base64url'));
const encode = (bytes) => Buffer.from(bytes).toString('base64url');
const ascii = (text) => new TextEncoder().encode(text);

/** The JWK of a key, since WebCrypto takes private P-256 keys in no simpler form. */
function jwk(alg, publicKey, privateKey) {
  const d = privateKey ? { d: privateKey, key_ops: ['deriveBits'] } : { key_ops: [] };
  const bytes = decode(publicKey);
  return bytes.length === 32
    ? { kty: 'OKP', crv: 'X25519', x: publicKey, ...d }
    : { kty: 'EC', crv: 'P-256', x: encode(bytes.slice(1, 33)), y: encode(bytes.slice(33)), ...d };
}

async function run({ alg, privateKey, publicKey, ours }, plaintext) {
  const [kem, aead] = suites[alg]();
  const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead });
  const recipientKey = await suite.kem.importKey('jwk', jwk(alg, publicKey, privateKey), false);
  const recipientPublicKey = await suite.kem.importKey('jwk', jwk(alg, publicKey), true);

  const [header, enc, , ciphertext] = ours.split('.');
  const opened = encode(await suite.open({ recipientKey, enc: decode(enc) }, decode(ciphertext), ascii(header)));
  const tampered = await suite.open({ recipientKey, enc: decode(enc) }, decode(ciphertext), ascii(`${header}A`)).then(() => 'opened', () => 'refused');

  const made = await suite.seal({ recipientPublicKey }, plaintext, ascii(header));
  return { opened, tampered, theirs: `${header}.${encode(made.enc)}..${encode(made.ct)}.` };
}

let text = '';
for await (const chunk of process.stdin) {
  text += chunk;
}
const input = JSON.parse(text);
const results = [];
for (const one of input.cases) {
  results.push(await run(one, decode(input.plaintext)));
}
console.log(JSON.stringify(results));
