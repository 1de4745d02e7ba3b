import { afterEach, describe, expect, test, vi } from 'vitest';
import { Camera } from '../src/scan/scan';

const code = 'eec1-code';

afterEach(() => vi.unstubAllGlobals());

interface Stream {
  readonly stopped: () => boolean;
  getTracks(): { stop(): void }[];
}

function stream(): Stream {
  let stopped = 0;
  const tracks = [{ stop: () => void stopped++ }, { stop: () => void stopped++ }];
  return { stopped: () => stopped >= tracks.length, getTracks: () => tracks };
}

/** A browser that hands each camera out when it is told to, and sees these texts. */
function browser(...seen: (string | null)[]): { hand: ((stream: Stream | Error) => void)[]; asked: () => number } {
  const hand: ((stream: Stream | Error) => void)[] = [];
  const getUserMedia = (): Promise<Stream> =>
    new Promise((resolve, reject) => hand.push((given) => (given instanceof Error ? reject(given) : resolve(given))));
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  vi.stubGlobal(
    'BarcodeDetector',
    class {
      static getSupportedFormats = async (): Promise<string[]> => ['qr_code'];
      detect = async (): Promise<object[]> => {
        const rawValue = seen.shift() ?? null;
        return rawValue === null ? [] : [{ rawValue }];
      };
    },
  );
  return { hand, asked: () => hand.length };
}

const screen = (): HTMLVideoElement & { srcObject: unknown } =>
  ({ srcObject: null, videoWidth: 1, videoHeight: 1, play: async () => undefined }) as unknown as HTMLVideoElement;

describe('the camera', () => {
  test('that is handed out after it was left is stopped at once, and never shown', async () => {
    const { hand } = browser(code);
    const video = screen();
    const found = vi.fn();
    const camera = new Camera(video, found);
    const starting = camera.start();
    expect(camera.wanted).toBe(true);
    camera.stop();
    expect(camera.wanted).toBe(false);
    const late = stream();
    hand[0]?.(late);
    await starting;
    expect(late.stopped()).toBe(true);
    expect(video.srcObject).toBeNull();
    expect(found).not.toHaveBeenCalled();
  });

  test('that is left while the picture starts is stopped, and its failure is nobody’s', async () => {
    const { hand } = browser(code);
    const given = stream();
    const found = vi.fn();
    const video = screen();
    const camera = new Camera(video, found);
    video.play = async () => {
      camera.stop();
      throw new Error('interrupted');
    };
    const starting = camera.start();
    hand[0]?.(given);
    await starting;
    expect(given.stopped()).toBe(true);
    expect(video.srcObject).toBeNull();
    expect(found).not.toHaveBeenCalled();
  });

  test('is off when a code is found, before whoever started it hears of the start', async () => {
    const { hand } = browser(code);
    const given = stream();
    const video = screen();
    const camera = new Camera(video, (text) => {
      expect([text, given.stopped(), camera.wanted]).toEqual([code, true, false]);
      done();
    });
    let done = (): void => undefined;
    const seen = new Promise<void>((resolve) => (done = resolve));
    const starting = camera.start();
    hand[0]?.(given);
    await Promise.all([starting, seen]);
    expect(video.srcObject).toBeNull();
  });

  test('that comes late takes nothing from the one that was started after it', async () => {
    const { hand, asked } = browser();
    const video = screen();
    const camera = new Camera(video, vi.fn());
    const first = camera.start();
    camera.stop();
    const second = camera.start();
    expect(asked()).toBe(2);
    const [late, good] = [stream(), stream()];
    hand[1]?.(good);
    await second;
    hand[0]?.(late);
    await first;
    expect([late.stopped(), good.stopped()]).toEqual([true, false]);
    expect(video.srcObject).toBe(good);
    camera.stop();
    expect(good.stopped()).toBe(true);
    expect(video.srcObject).toBeNull();
  });

  test('that is refused says so, unless it was left', async () => {
    const { hand } = browser();
    const camera = new Camera(screen(), vi.fn());
    const refused = camera.start();
    hand[0]?.(new Error('refused'));
    await expect(refused).rejects.toThrow('refused');
    expect(camera.wanted).toBe(false);
    const left = camera.start();
    camera.stop();
    hand[1]?.(new Error('refused'));
    await left;
  });
});
