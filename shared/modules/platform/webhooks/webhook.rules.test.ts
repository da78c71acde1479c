import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { addressProblems } from './address.rules.ts';
import { verdictOf } from './answer.rules.ts';
import type { DeliveryStatus } from './delivery.rules.ts';
import { figuresOf } from './health.rules.ts';
import { inForce, rotated, signatureOf, writeSecret } from './signature.rules.ts';
import { healthOf, mostAttempts, nextAttempt, restAfter, retryAfterOf } from './timetable.rules.ts';

const now = new Date('2026-11-22T15:00:00.000Z');
const at = now.toISOString();
const in1h = '2026-11-22T16:00:00.000Z';

type Vectors = {
  readonly sign: readonly { secret: string; id: string; timestamp: number; payload: string; signature: string }[];
};

describe('signatures', () => {
  it('are those of the vectors of Standard Webhooks', () => {
    const path = new URL('../../../../../shared/data/standard-webhooks-vectors.json', import.meta.url);
    const { sign } = JSON.parse(readFileSync(path, 'utf8')) as Vectors;
    expect(sign.length).toBeGreaterThan(0);
    for (const { secret, id, timestamp, payload, signature } of sign)
      expect(signatureOf({ id, second: timestamp, body: payload }, [secret])).toBe(signature);
  });

  it('satisfy the public verifier under either secret while they overlap, and no other body or secret', () => {
    const [first, second] = [writeSecret(new Uint8Array(32).fill(1)), writeSecret(new Uint8Array(32).fill(2))];
    const kept = rotated([{ secret: first }], second, at, in1h);
    const body = '{"type":"quote.accepted","ñ":1}';
    const seconds = Math.floor(Date.now() / 1000);
    const headers = (moment: string) => ({
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': signatureOf(
        { id: 'evt_1', second: seconds, body },
        inForce(kept, moment).map(({ secret }) => secret),
      ),
    });
    for (const secret of [first, second]) expect(new Webhook(secret).verify(body, headers(at))).toBeDefined();
    expect(() => new Webhook(first).verify(`${body} `, headers(at))).toThrow();
    expect(() => new Webhook(first).verify(body, headers(in1h))).toThrow();
    expect(new Webhook(second).verify(body, headers(in1h))).toBeDefined();
  });

  it('of secrets before never last longer than they would have, and end at once without an overlap', () => {
    const twice = rotated(rotated([{ secret: 'a' }], 'b', at, in1h), 'c', at, '2026-11-22T18:00:00.000Z');
    expect(twice).toEqual([
      { secret: 'c' },
      { secret: 'b', until: '2026-11-22T18:00:00.000Z' },
      { secret: 'a', until: in1h },
    ]);
    expect(rotated(twice, 'd', at, at)).toEqual([{ secret: 'd' }]);
  });
});

describe('addresses', () => {
  it.each(['https://partner.example/hooks?a=1', 'https://partner.example:8443/', 'https://xn--bcher-kva.example/'])(
    '%s may be called',
    (address) => {
      expect(addressProblems(address)).toEqual([]);
    },
  );

  it.each([
    'http://partner.example/',
    'ftp://partner.example/',
    'https://user:pass@partner.example/',
    'https://partner.example:22/',
    'https://partner.example:6379/',
    'https://localhost/',
    'https://localhost./',
    'https://LOCALHOST/',
    'https://metadata/',
    'https://api.localhost/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://8.8.8.8/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'no address',
  ])('%s may not', (address) => {
    expect(addressProblems(address)).toMatchObject([{ code: 'ADDRESS_REFUSED' }]);
  });
});

describe('the timetable', () => {
  it('is that of Standard Webhooks, with a tenth more at most, and ends', () => {
    const seconds = (attempts: number, chance: number) =>
      (Date.parse(nextAttempt(now, attempts, chance, undefined) ?? '') - now.getTime()) / 1000;
    const waits = Array.from({ length: mostAttempts - 1 }, (_, index) => seconds(index + 1, 0));
    expect(waits).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(seconds(2, 1)).toBe(330);
    expect(nextAttempt(now, mostAttempts, 0, undefined)).toBeUndefined();
  });

  it('waits as long as it is asked to, but no longer than a day', () => {
    expect(nextAttempt(now, 1, 0, 3600)).toBe(in1h);
    expect(nextAttempt(now, 2, 0, 1)).toBe('2026-11-22T15:05:00.000Z');
    expect(nextAttempt(now, 1, 0, 9_999_999)).toBe('2026-11-23T15:00:00.000Z');
    expect(retryAfterOf('120', now)).toBe(120);
    expect(retryAfterOf('Sun, 22 Nov 2026 15:02:00 GMT', now)).toBe(120);
    expect(retryAfterOf('soon', now)).toBeUndefined();
  });

  it('asks a receiver that takes nothing less and less often, and never less than every five minutes', () => {
    const rests = ['15:00:00', '14:59:00', '14:50:00', '13:00:00'].map((time) =>
      restAfter(`2026-11-22T${time}.000Z`, now),
    );
    expect(rests).toEqual([5, 6, 60, 300]);
  });

  it('says of a receiver that it fails after minutes, and is called no more after five days', () => {
    expect(healthOf(undefined, now)).toBe('ACTIVE');
    expect(healthOf('2026-11-22T14:56:00.000Z', now)).toBe('ACTIVE');
    expect(healthOf('2026-11-22T14:55:00.000Z', now)).toBe('FAILING');
    expect(healthOf('2026-11-17T15:00:01.000Z', now)).toBe('FAILING');
    expect(healthOf('2026-11-17T15:00:00.000Z', now)).toBe('DISABLED');
  });
});

describe('an answer', () => {
  const answer = (status: number, headers: Record<string, string> = {}) =>
    verdictOf({ status, headers: new Headers(headers) }, now);

  it('is a success only in the two hundreds; a redirect is a failure', () => {
    expect([200, 204, 299].map((status) => answer(status).result)).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED']);
    expect([301, 304, 400, 404, 500].map((status) => answer(status).result)).toEqual(Array(5).fill('FAILED'));
    expect(answer(410)).toEqual({ result: 'GONE' });
    expect(answer(500, { 'webhook-delivery': 'abort-message' })).toEqual({ result: 'ABORTED' });
  });

  it('may ask for rest', () => {
    expect(answer(429, { 'retry-after': '30' })).toEqual({ result: 'FAILED', retryAfter: 30, rest: 30 });
    expect(answer(503)).toEqual({ result: 'FAILED', rest: 5 });
    expect(answer(400, { 'retry-after': '30' })).toEqual({ result: 'FAILED', retryAfter: 30 });
  });
});

describe('figures', () => {
  it('count what became of deliveries, and say how long attempts take', () => {
    const entry = (status: DeliveryStatus, ...times: readonly number[]) => ({
      status,
      attempts: times.map((milliseconds) => ({ at, milliseconds })),
    });
    const all = [entry('DELIVERED', 10), entry('DELIVERED', 900, 30), entry('FAILED', 20), entry('PENDING')];
    expect(figuresOf(all)).toEqual({
      ...{ deliveries: 4, delivered: 2, atOnce: 1, failed: 1, aborted: 0, cancelled: 0 },
      medianMilliseconds: 20,
      slowMilliseconds: 900,
    });
    expect(figuresOf([]).medianMilliseconds).toBeUndefined();
  });
});
