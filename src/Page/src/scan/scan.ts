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

/** Looks through the camera until a QR code is seen, or until it is stopped. Fails where there is no camera, or none is allowed. */
export async function scanCamera(video: HTMLVideoElement, found: (text: string) => void): Promise<{ stop(): void }> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  let running = true;
  const stop = (): void => {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
    const read = await reader();
    const look = async (): Promise<void> => {
      const text = running ? await read(video, video.videoWidth, video.videoHeight).catch(() => null) : null;
      if (text !== null && running) {
        found(text);
      } else if (running) {
        setTimeout(() => void look(), pause);
      }
    };
    void look();
    return { stop };
  } catch (error) {
    stop();
    throw error;
  }
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
