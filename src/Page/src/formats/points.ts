const p25519 = (1n << 255n) - 19n;
const pP256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
/** The constant of the curve (FIPS 186-4, D.1.2.3). */
const bP256 = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** The u-coordinates below 2^255 - 19 whose order divides 8; any private key maps them to zero. */
const lowOrder = new Set([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  p25519 - 1n,
]);

function toNumber(bigEndian: Iterable<number>): bigint {
  let value = 0n;
  for (const byte of bigEndian) {
    value = (value << 8n) | BigInt(byte);
  }
  return value;
}

/** True for 32 bytes below 2^255 - 19 that are not of low order (envelope.md, section 2). */
export function isX25519(bytes: Uint8Array): boolean {
  const u = toNumber([...bytes].reverse());
  return bytes.length === 32 && u < p25519 && !lowOrder.has(u);
}

/** True for 65 bytes that are an uncompressed point on P-256. */
export function isP256(point: Uint8Array): boolean {
  if (point.length !== 65 || point[0] !== 4) {
    return false;
  }
  const x = toNumber(point.subarray(1, 33));
  const y = toNumber(point.subarray(33));
  return x < pP256 && y < pP256 && (x * x * x - 3n * x + bP256 - y * y) % pP256 === 0n;
}
