import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { dynamodb, newSigner } from './signature.ts';

const region = 'sa-east-1';
const host = 'dynamodb.sa-east-1.amazonaws.com';
const sign = newSigner(dynamodb, { host, region });

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

/** SHA-256 as the SDK's signer wants it. */
const sha256 = function (this: { readonly hash: ReturnType<typeof createHash> }, secret?: string | Uint8Array) {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  return {
    update: (data: string | Uint8Array) => void hash.update(data),
    digest: () => Promise.resolve(new Uint8Array(hash.digest())),
    reset: () => undefined,
  };
} as unknown as ConstructorParameters<typeof SignatureV4>[0]['sha256'];

const bySdk = async (target: string, body: string, credentials: Keys, signingDate: Date) => {
  const signer = new SignatureV4({ service: 'dynamodb', region, credentials, sha256, applyChecksum: false });
  const headers = { host, 'content-type': dynamodb.contentType, 'x-amz-target': target };
  const request = { method: 'POST', protocol: 'https:', hostname: host, path: '/', headers, body };
  return (await signer.sign(request, { signingDate })).headers['authorization'];
};

describe('the signature', () => {
  it.each<[string, Keys]>([
    ['long-lived keys', { accessKeyId: 'AKIA1', secretAccessKey: 'secret/1+' }],
    ['a session', { accessKeyId: 'ASIA1', secretAccessKey: 'secret/2+', sessionToken: 'token==' }],
  ])('is that of the SDK for %s', async (_, credentials) => {
    const at = new Date('2026-01-31T23:59:59.123Z');
    for (const moment of [at, new Date(at.getTime() + 1000)]) {
      const headers = sign('GetItem', '{"TableName":"ñ"}', credentials, moment);
      const expected = await bySdk('DynamoDB_20120810.GetItem', '{"TableName":"ñ"}', credentials, moment);
      expect(headers['authorization']).toBe(expected);
    }
  });
});
