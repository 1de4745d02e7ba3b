type Source = ImageBitmap | HTMLVideoElement;

/** What browsers that know QR codes offer; not yet part of TypeScript's library. */
interface Detector {
  detect(source: Source): Promise<readonly { readonly rawValue: string }[]>;
}

type DetectorClass = { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };

const pause = 150;
const maxSide = 1_200;

/** The text of a QR code in a picture; null if there is none. */
export async function scanPicture(file: Blob): Promise<string | null> {
  const read = await reader();
  try {
    const bitmap = await createImageBitmap(file);
    return await read(bitmap, bitmap.width, bitmap.height);
  } catch {
    return null;
  }
}

/** Looks through the camera for a QR code. It can be left at any time: also before the browser hands the camera out. */
export class Camera {
  private looking: AbortController | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly found: (text: string) => void,
  ) {}

  /** Whether it was started and neither stopped nor failed since. */
  get wanted(): boolean {
    return this.looking !== null;
  }

  /** Begins to look, until a code is found or `stop`. Fails where there is no camera, or none is allowed, unless it was stopped meanwhile. */
  async start(): Promise<void> {
    this.stop();
    const looking = new AbortController();
    this.looking = looking;
    try {
      await look(this.video, looking.signal, (text) => {
        this.stop();
        this.found(text);
      });
    } catch (error) {
      if (!looking.signal.aborted) {
        this.stop();
        throw error;
      }
    }
  }

  stop(): void {
    this.looking?.abort();
    this.looking = null;
  }
}

async function look(video: HTMLVideoElement, left: AbortSignal, found: (text: string) => void): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const stop = (): void => stream.getTracks().forEach((track) => track.stop());
  if (left.aborted) {
    // The person was faster than the browser. The video may be another camera's by now.
    stop();
    return;
  }
  left.addEventListener('abort', () => {
    stop();
    video.srcObject = null;
  });
  video.srcObject = stream;
  await video.play();
  const read = await reader();
  const again = async (): Promise<void> => {
    const text = left.aborted ? null : await read(video, video.videoWidth, video.videoHeight).catch(() => null);
    if (left.aborted) {
      return;
    }
    if (text === null) {
      setTimeout(() => void again(), pause);
    } else {
      found(text);
    }
  };
  void again();
}

/** The browser's own reader where it has one; else one that is loaded now. */
async function reader(): Promise<(source: Source, width: number, height: number) => Promise<string | null>> {
  const native = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (native !== undefined && (await native.getSupportedFormats().catch((): string[] => [])).includes('qr_code')) {
    const detector = new native({ formats: ['qr_code'] });
    return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
  }
  const { readPixels } = await import('./pixels');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (source, width, height) => {
    const scale = Math.min(1, maxSide / Math.max(width, height, 1));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    context?.drawImage(source, 0, 0, canvas.width, canvas.height);
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height);
    return pixels ? readPixels(pixels) : null;
  };
}
