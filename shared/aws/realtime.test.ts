import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { withRecordingService } from '#test/support/aws-service';
import { openRealtime } from './realtime.ts';

const noticed = (id: string) => ({
  id,
  type: 'account.updated',
  record: { type: 'Account', id: 'acc_1', version: 2 },
});

/** Signature Version 4 of a request whose headers and body are known. */
const signatureOf = (headers: Readonly<Record<string, unknown>>, path: string, body: string): string => {
  const moment = String(headers['x-amz-date']);
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(String(headers['authorization'])) ?? [];
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const lines = names.split(';').map((name) => `${name}:${String(headers[name])}\n`);
  const request = ['POST', path, '', lines.join(''), names, sha(body)].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer>((last, step) => createHmac('sha256', last).update(step).digest(), Buffer.from('AWS4test-secret'));
  const toSign = ['AWS4-HMAC-SHA256', moment, scope, sha(request)].join('\n');
  return createHmac('sha256', key).update(toSign).digest('hex');
};

describe('realtime', () => {
  const service = withRecordingService();
  const open = () => openRealtime({ realtime: { publish: `${service.url}/event`, listen: 'wss://x.test/event' } });

  it('publishes five notices at a time, signed for AppSync', async () => {
    Object.assign(process.env, {
      AWS_REGION: 'sa-east-1',
      AWS_ACCESS_KEY_ID: 'k',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
    });
    await open().publish(
      '/crm/ten-1/usr-1',
      Array.from({ length: 7 }, (_, index) => noticed(`evt_${index}`)),
    );
    const bodies = service.requests.map(({ body }) => JSON.parse(body) as { channel: string; events: string[] });
    expect(bodies.map(({ channel, events }) => [channel, events.length])).toEqual([
      ['/crm/ten-1/usr-1', 5],
      ['/crm/ten-1/usr-1', 2],
    ]);
    expect(JSON.parse(bodies[0]?.events[0] ?? '')).toEqual(noticed('evt_0'));
    for (const { headers, path, body } of service.requests) {
      expect(headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 .*\/sa-east-1\/appsync\/aws4_request,/);
      expect(headers['authorization']).toContain(`Signature=${signatureOf(headers, path, body)}`);
    }
    expect(open().listenUrl()).toBe('wss://x.test/event');
  });

  it('says when notices were not taken', async () => {
    service.reply = () => ({ status: 403, text: 'no' });
    await expect(open().publish('/crm/a/b', [noticed('evt_1')])).rejects.toThrow('Notices were not taken: 403 no');
  });
});
