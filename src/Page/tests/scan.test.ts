import encodeQr from 'qr';
import { expect, test } from 'vitest';
import { readPixels } from '../src/scan/pixels';

const code = 'eec1-bQO-PkIWodW_d5jFlOWYRkFad9Xn86Sw_332i2k5a94-PcQ5';

/** A QR code as a picture of black and white. */
function picture(text: string, scale: number): { width: number; height: number; data: Uint8ClampedArray } {
  const rows = encodeQr(text, 'raw', { border: 4 });
  const side = rows.length * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let at = 0; at < side * side; at++) {
    const dark = rows[Math.floor(at / side / scale)]?.[Math.floor((at % side) / scale)] === true;
    data.fill(dark ? 0 : 255, at * 4, at * 4 + 3);
  }
  return { width: side, height: side, data };
}

test.each([3, 5, 8])('a code in a picture is read, at %i pixels a square', (scale) => expect(readPixels(picture(code, scale))).toBe(code));

test('a picture without a code has none', () => {
  expect(readPixels({ width: 200, height: 200, data: new Uint8ClampedArray(160_000).fill(200) })).toBeNull();
});
