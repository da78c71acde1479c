import { describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '#kernel';
import { gather } from './registry.ts';
import { timelineItems } from './timeline.ts';
import { exampleModules } from '#test/support/example';

const event: DomainEvent = {
  id: 'evt_1',
  tenant: 'ten_1',
  type: 'customer.updated',
  schemaVersion: 1,
  at: '2026-11-22T15:00:00.000Z',
  actor: 'usr_1',
  record: { type: 'Customer', id: 'cus_1', version: 2 },
  data: { id: 'cus_1', name: 'Acme' },
  changed: { name: { from: 'Acne', to: 'Acme' }, notes: { from: 'x'.repeat(400), to: 'y'.repeat(400) } },
  sequence: 2,
  shard: 0,
  correlationId: 'cor_1',
};

describe('an entry of a timeline', () => {
  it('shows what changed, and of what is long only that it differs', () => {
    const [item] = timelineItems(gather(exampleModules), event);
    expect(item).toMatchObject({ pk: 'ten_1#cus_1', entry: { type: 'customer.updated' } });
    expect((item?.['entry'] as DomainEvent | undefined)?.changed).toEqual({
      name: { from: 'Acne', to: 'Acme' },
      notes: {},
    });
  });
});
