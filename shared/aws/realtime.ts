// Realtime notices: the HTTP door of AppSync Events, signed like every request to AWS. The local cloud answers the same request.
import type { SignatureV4 } from '@smithy/signature-v4';
import type { Realtime } from '#kernel/ports';
import { openCredentials } from './dynamodb/credentials.ts';
import type { Environment } from './environment.ts';
import { once } from './once.ts';
import { inPortions } from './portions.ts';

/** What one request may carry: https://docs.aws.amazon.com/appsync/latest/eventapi/publish-http.html */
const limits = { entries: 5, bytes: 240 * 1024 };

/** Nobody waits for a notice longer than this, in milliseconds: it is a hint. */
const patience = 3_000;

/** The doors that the environment names. */
export function openRealtime(environment: Pick<Environment, 'realtime'>): Realtime {
  const signer = once(newSigner);
  return {
    listenUrl: () => environment.realtime.listen,
    async publish(channel, notices) {
      const events = notices.map((notice) => JSON.stringify(notice));
      const portions = inPortions(events, (event) => Buffer.byteLength(event), limits);
      const sign = await signer();
      for (const portion of portions) await post(sign, environment.realtime.publish, { channel, events: portion });
    },
  };
}

const post = async (signer: SignatureV4, door: string, content: object): Promise<void> => {
  const { protocol, hostname, port, host, pathname } = new URL(door);
  const body = JSON.stringify(content);
  const { headers } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: pathname,
    query: {},
    headers: { host, 'content-type': 'application/json' },
    body,
  });
  const { host: _host, ...signed } = headers;
  const signal = AbortSignal.timeout(patience);
  const answer = await fetch(door, { method: 'POST', headers: signed, body, signal });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Notices were not taken: ${String(answer.status)} ${text.slice(0, 200)}`);
};

const newSigner = async (): Promise<SignatureV4> => {
  const [{ SignatureV4 }, { Hash }] = await Promise.all([import('@smithy/signature-v4'), import('@smithy/core/serde')]);
  const keys = openCredentials();
  const credentials = async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await keys.current();
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  };
  const region = process.env['AWS_REGION'] ?? '';
  return new SignatureV4({ service: 'appsync', region, credentials, sha256: Hash.bind(null, 'sha256') });
};
