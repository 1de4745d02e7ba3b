import { type Parsed, parsed, wrong } from '../formats/parsed';

/** The address of a core: https, or http to this machine itself; no path of its own, and no slash behind it. */
export function parseAddress(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!plain || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return wrong('is no address of a core: it looks like https://core.example');
  }
  return url.protocol === 'https:' || isLoopback(url.hostname)
    ? parsed(url.origin)
    : wrong('must begin with https: without TLS anybody on the way reads along');
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
