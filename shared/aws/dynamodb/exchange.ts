// One HTTP exchange with a service that speaks AWS's JSON protocol, over a kept connection. No retries, see gateway.ts.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { openCredentials, type CredentialSource } from './credentials.ts';
import { ConnectionFailed } from './failures.ts';
import { dynamodb, newSigner, type Credentials, type JsonService } from './signature.ts';

/** What the service answered. */
export type Answer = { readonly status: number; readonly text: string };

/** Sends one operation with its JSON body. @throws ConnectionFailed. Tests wrap it to inject faults. */
export type Exchange = (operation: string, body: string) => Promise<Answer>;

/** Where the service is and who asks; what is left out comes from the environment. */
export type ExchangeOptions = {
  /** DynamoDB unless said otherwise. */
  readonly service?: JsonService | undefined;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: CredentialSource | undefined;
  /** Milliseconds without a byte after which a request counts as lost. */
  readonly timeout?: number | undefined;
};

const defaultTimeout = 5_000;
const maximumSockets = 64;

/** An exchange over one keep-alive agent. */
export function openExchange({
  service = dynamodb,
  timeout = defaultTimeout,
  ...options
}: ExchangeOptions = {}): Exchange {
  const region = options.region ?? regionOf();
  const url = new URL(options.endpoint ?? endpointOf(service, region));
  const credentials = options.credentials ?? openCredentials();
  const sign = newSigner(service, { host: url.host, region });
  const send = newSender(url, timeout);
  const post = (operation: string, body: string, keys: Credentials): Promise<Answer> =>
    send(sign(operation, body, keys, new Date()), body);
  return async (operation, body) => {
    const answer = await post(operation, body, await credentials.current());
    if (!isExpired(answer)) return answer;
    credentials.renew();
    return post(operation, body, await credentials.current());
  };
}

const regionOf = (): string => {
  const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (!region) throw new Error('AWS_REGION is not set.');
  return region;
};

const endpointOf = ({ name }: JsonService, region: string): string => {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return process.env[`AWS_ENDPOINT_URL_${name.toUpperCase()}`] ?? `https://${name}.${region}.${suffix}`;
};

const isExpired = ({ status, text }: Answer): boolean => status === 400 && text.includes('#ExpiredToken');

type Send = (headers: Record<string, string>, body: string) => Promise<Answer>;

const newSender = (url: URL, timeout: number): Send => {
  const secure = url.protocol === 'https:';
  // The same timeout on both: the agent sets it once for each socket, and the request does not set it again.
  const settings = { keepAlive: true, maxSockets: maximumSockets, scheduling: 'lifo' as const, timeout };
  const agent = secure ? new HttpsAgent(settings) : new HttpAgent(settings);
  const open = secure ? httpsRequest : httpRequest;
  // URL writes an IPv6 host in brackets, the socket wants it bare.
  const base: RequestOptions = {
    agent,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    method: 'POST',
    path: '/',
    timeout,
  };
  return (headers, body) =>
    new Promise((resolve, reject) => {
      const fail = (cause: Error): void => reject(new ConnectionFailed(cause));
      headers['content-length'] = String(Buffer.byteLength(body));
      const request = open({ ...base, headers }, (response) => read(response, resolve, fail));
      request.on('error', fail);
      request.on('timeout', () => request.destroy(new Error(`No answer within ${String(timeout)} ms.`)));
      request.end(body);
    });
};

const read = (response: IncomingMessage, resolve: (answer: Answer) => void, fail: (cause: Error) => void): void => {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => (text += chunk));
  response.on('error', fail);
  response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
};
