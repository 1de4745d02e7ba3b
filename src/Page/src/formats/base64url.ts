import type { Bytes } from './bytes';

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Map([...characters].map((character, value) => [character, value]));

/** Base64url without padding. */
export function encode(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const count = Math.min(bytes.length - at, 3) + 1;
    for (let index = 0; index < count; index++) {
      text += characters[(group >> (18 - 6 * index)) & 63];
    }
  }
  return text;
}

/** Decodes; null for padding, foreign characters, impossible lengths and spare bits: one text for each value (envelope.md, section 1). */
export function decode(text: string): Bytes | null {
  const rest = text.length % 4;
  if (rest === 1) {
    return null;
  }
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = values.get(character);
    if (value === undefined) {
      return null;
    }
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

/** Decodes a value of exactly so many bytes. */
export function decodeExactly(text: string, length: number): Bytes | null {
  const bytes = text.length === Math.ceil((length * 4) / 3) ? decode(text) : null;
  return bytes?.length === length ? bytes : null;
}

/** True for the text form of 32 bytes: a hash, a commitment, a thumbprint. */
export const isDigest = (text: string): boolean => decodeExactly(text, 32) !== null;
