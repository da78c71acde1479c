import { describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { readable, saysEvent, tellsWhere } from './readable.ts';

const event = { id: 'e1', tenant: 't1', type: 'account.created', record: { id: 'a1' } };
const hint = { tenant: 't1', endpoint: 'w1' };
const spoilt = ['no JSON', null, 1, [], {}, { detail: null }, { detail: {} }, { detail: { ...event, record: null } }];
const sent = (...bodies: readonly unknown[]): readonly SQSRecord[] =>
  bodies.map(
    (body, index) =>
      ({ messageId: String(index), body: typeof body === 'string' ? body : JSON.stringify(body) }) as SQSRecord,
  );

describe('a batch', () => {
  it('is read but for what is no event, be it JSON or not', () => {
    const { messages, unreadable } = readable(sent(...spoilt, { detail: event }), saysEvent);
    expect(messages.map(({ body }) => body.detail)).toEqual([event]);
    expect(unreadable.map(({ itemIdentifier }) => Number(itemIdentifier))).toEqual([...spoilt.keys()]);
  });

  it('that also brings hints is read but for what is neither', () => {
    const { messages, unreadable } = readable(sent({ tenant: 't1' }, { detail: event }, hint, ...spoilt), tellsWhere);
    expect(messages.map(({ body }) => body)).toEqual([{ detail: event }, hint]);
    expect(unreadable).toHaveLength(spoilt.length + 1);
  });
});
