import decodeQr from 'qr/decode.js';

/** The text of a QR code in pixels; null if there is none. */
export function readPixels(pixels: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint8Array;
}): string | null {
  try {
    return decodeQr(pixels);
  } catch {
    return null;
  }
}
