import { StrictJson } from '../formats/strictJson';
import { clean } from './foreignText';
import { type CoreAnswer, type CoreProblem, notUnderstood, unreachable } from './problem';

/** One request. Path and query are what a token is bound to. */
export interface CoreCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON text; empty for GET. */
  readonly body: string;
  readonly bearer: string | null;
}

const maxAnswer = 1_048_576;
const patience = 60_000;
const typePrefix = 'urn:encryption-service:';

/** One call of a core (member.md). Follows no redirects, has no cookies, reads at most 1 MB of an answer, and believes none of it. */
export async function send<T>(core: string, call: CoreCall, read: (json: StrictJson) => T | null): Promise<CoreAnswer<T>> {
  const host = new URL(core).host;
  if (!mayCall(core)) {
    return {
      problem: unreachable(
        `This page may not call the core at ${host}.`,
        'It may call the core that it came from, and no other. Use that core’s own page, or the saved page.',
      ),
    };
  }
  try {
    const response = await fetch(core + call.path, {
      method: call.method,
      headers: {
        Accept: 'application/json',
        ...(call.method === 'POST' ? { 'Content-Type': 'application/json' } : {}),
        ...(call.bearer === null ? {} : { Authorization: `Bearer ${call.bearer}` }),
      },
      ...(call.method === 'POST' ? { body: call.body } : {}),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(patience),
    });
    if (response.type === 'opaqueredirect') {
      return { problem: notUnderstood("The core's answer leads somewhere else; it is not followed.", 300) };
    }
    return readAnswer(response.status, mediaType(response), await readBody(response), read);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return { problem: unreachable(`The core at ${host} does not answer in time.`) };
    }
    return { problem: unreachable(`The core at ${host} cannot be reached.`) };
  }
}

/** The policy of the page that a core serves (page.md, section 2) forbids calls to others; a forbidden call would look like a network that is down. */
const mayCall = (core: string): boolean => __SAVED__ || location.origin === core;

function readAnswer<T>(status: number, media: string, body: Uint8Array | null, read: (json: StrictJson) => T | null): CoreAnswer<T> {
  if (body === null) {
    return { problem: notUnderstood("The core's answer is longer than 1 MB.", status) };
  }
  if (status >= 400) {
    return { problem: readProblem(status, media, body) };
  }
  if (status !== 200 || media !== 'application/json') {
    return { problem: notUnderstood("The answer is not a core's.", status) };
  }
  const { value: json } = StrictJson.read(body);
  const value = json ? read(json) : null;
  if (!json || json.finish() !== null) {
    return { problem: notUnderstood("The core's answer has another shape than it must have.") };
  }
  return value === null ? { problem: notUnderstood("The core's answer has a malformed value.") } : { value };
}

function readProblem(status: number, media: string, body: Uint8Array): CoreProblem {
  const json = media === 'application/problem+json' ? StrictJson.read(body).value : undefined;
  const text = (name: string): string => (json?.has(name) ? clean(json.name(name)) : '');
  const type = text('type');
  return {
    kind: status >= 500 || status === 429 ? 'unreachable' : 'refused',
    status,
    type: type.startsWith(typePrefix) ? type.slice(typePrefix.length) : '',
    title: text('title') || `The core answers with status ${status}.`,
    detail: text('detail'),
  };
}

const mediaType = (response: Response): string => (response.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

async function readBody(response: Response): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    length += next.value.length;
    if (length > maxAnswer) {
      await reader?.cancel();
      return null;
    }
    chunks.push(next.value);
  }
  const body = new Uint8Array(length);
  chunks.reduce((at, chunk) => (body.set(chunk, at), at + chunk.length), 0);
  return body;
}
