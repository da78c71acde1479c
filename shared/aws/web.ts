// Requests to addresses that somebody else names: web services, webhooks. A caller must not reach through us what only we can
// reach (SSRF): https alone, every address of a name checked, the connection made to what was checked, no redirect followed.
import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { request as requestPlainly, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestSafely } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Web, WebBounds } from '#kernel/ports';
import { isPublicAddress } from './addresses.ts';

/** A request that must not be made. */
export class WebRefused extends Error {
  override readonly name = 'WebRefused';
}

/** No answer in time, or one that is too large. */
export class WebFailed extends Error {
  override readonly name = 'WebFailed';
}

/** What a test says otherwise. */
export type WebLimits = {
  readonly connectMs: number;
  /** From the connection to the first word of an answer, and the longest silence in it. */
  readonly readMs: number;
  readonly totalMs: number;
  readonly mostBytes: number;
  /** All addresses of a name. */
  resolve(host: string): Promise<readonly LookupAddress[]>;
};

const usual: WebLimits = {
  connectMs: 10_000,
  readMs: 30_000,
  totalMs: 40_000,
  mostBytes: 5 * 1024 * 1024,
  resolve: (host) => addressesOf(new Resolver({ timeout: 2_000, tries: 2 }), host),
};

/**
 * Asked over the network and not by `getaddrinfo`: that takes one of four threads for as long as a name server likes, and with
 * some names of one tenant nobody would find any name any more.
 */
export const addressesOf = async (
  resolver: Pick<Resolver, 'resolve4' | 'resolve6'>,
  host: string,
): Promise<readonly LookupAddress[]> => {
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  if (four.status === 'rejected' && six.status === 'rejected') throw four.reason as Error;
  const found = (answer: PromiseSettledResult<readonly string[]>, family: 4 | 6) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
  return [...found(four, 4), ...found(six, 6)];
};

/**
 * The web outside. `standIns` says which origins something else stands in for, by its base URL: these alone may be inside, or
 * speak no TLS. Only the local cloud has any.
 */
export function openWeb(standIns: () => Readonly<Record<string, string>>, otherwise: Partial<WebLimits> = {}): Web {
  const bounds = { ...usual, ...otherwise };
  return {
    async fetch(address, { method = 'GET', headers = {}, body, limits = {} } = {}) {
      const url = checkedUrl(address);
      assertHeaders(headers);
      const standIn = standIns()[url.origin];
      const target = standIn === undefined ? url : new URL(`${standIn.replace(/\/$/, '')}${url.pathname}${url.search}`);
      if (standIn === undefined) assertOutside(target);
      const lookingUp = standIn === undefined ? { lookup: checkedLookup(bounds.resolve) } : {};
      return exchange(target, { method, headers, agent: false, ...lookingUp }, body, { ...bounds, ...limits });
    },
  };
}

const checkedUrl = (address: string): URL => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:') throw new WebRefused('Only https addresses are called.');
  if (url.username !== '' || url.password !== '') throw new WebRefused('An address names no user.');
  return url;
};

/** Of the connection itself, not of what is said over it: another host than the one that was checked, another end of the body. */
const ours = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect']);

const assertHeaders = (headers: Readonly<Record<string, string>>): void => {
  const refused = Object.keys(headers).find((name) => ours.has(name.toLowerCase()));
  if (refused !== undefined) throw new WebRefused(`The header ${refused} is ours.`);
};

/** A name is checked when it is looked up; an address in its place is never looked up. */
const assertOutside = ({ hostname }: URL): void => {
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) assertPublic(literal);
};

const assertPublic = (address: string): void => {
  if (!isPublicAddress(address)) throw new WebRefused('The address leads inside.');
};

/** Answers the connection with what was checked, so that the name cannot lead elsewhere a moment later. */
export const checkedLookup =
  (resolve: WebLimits['resolve']): LookupFunction =>
  (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        // One that leads inside refuses the whole name: which of them is tried is not ours to say.
        if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
          callback(new WebRefused(`The name ${host} leads inside.`), '', 0);
        else if (options.all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, '', 0);
      },
    );
  };

const exchange = (
  target: URL,
  options: RequestOptions,
  body: string | Uint8Array | undefined,
  bounds: WebLimits & WebBounds,
): Promise<Response> => {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const isPlain = target.protocol === 'http:';
  const request = (isPlain ? requestPlainly : requestSafely)(target, options);
  // Told at once: a request whose connection somebody else has taken tells nobody any more that it ends.
  const giveUp = (error: unknown): void => {
    reject(error instanceof Error ? error : new WebFailed(String(error)));
    request.destroy();
  };
  const { heard, stop } = keepTime(request, isPlain ? 'connect' : 'secureConnect', bounds, giveUp);
  request.on('response', (response) => {
    heard();
    read(response, bounds, heard).then(resolve, giveUp);
  });
  // Nobody was asked to speak anything else.
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    giveUp(new WebFailed('The answer changes the protocol.'));
  });
  request.on('error', reject);
  // Node says by itself how long a body is, but not with DELETE: it would be lost.
  if (body !== undefined) request.setHeader('content-length', Buffer.byteLength(body));
  request.end(body);
  return promise.finally(stop);
};

/** Gives up where the connection, the answer, the next piece of it or all of it takes too long. */
const keepTime = (
  request: ClientRequest,
  connected: 'connect' | 'secureConnect',
  { connectMs, readMs, totalMs }: WebLimits,
  giveUp: (error: WebFailed) => void,
): { heard(): void; stop(): void } => {
  const after = (milliseconds: number, why: string) =>
    setTimeout(() => {
      giveUp(new WebFailed(why));
    }, milliseconds);
  const end = after(totalMs, 'No answer in time.');
  let timer = after(connectMs, 'No connection in time.');
  const heard = (): void => {
    clearTimeout(timer);
    timer = after(readMs, 'No answer in time.');
  };
  request.on('socket', (socket) => socket.once(connected, heard));
  const stop = (): void => {
    clearTimeout(timer);
    clearTimeout(end);
  };
  return { heard, stop };
};

/** Answers that may have no body are the ones that `Response` refuses one for. */
const bodiless = new Set([204, 205, 304]);

const read = async (
  response: IncomingMessage,
  { mostBytes, cut = false }: WebLimits & WebBounds,
  heard: () => void,
): Promise<Response> => {
  const { statusCode: status = 0, headers } = response;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    heard();
    size += chunk.length;
    if (size > mostBytes && !cut) throw new WebFailed('The answer is too large.');
    chunks.push(chunk.subarray(0, Math.max(0, chunk.length - (size - mostBytes))));
    // Leaving the loop ends the connection: nobody can keep us here by never ceasing to talk.
    if (size > mostBytes) break;
  }
  const said = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  return new Response(bodiless.has(status) ? null : Buffer.concat(chunks), { status, headers: said });
};
