import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Bus } from '#kernel/ports';
import { withRecordingService } from '#test/support/aws-service';
import { readEnvironment } from './environment.ts';
import { openBus } from './event-bus.ts';

type Entry = { readonly DetailType: string; readonly Detail: string };

describe('the event bus', () => {
  const service = withRecordingService('EVENTBRIDGE');
  const entriesOf = (body: string) => (JSON.parse(body) as { readonly Entries: readonly Entry[] }).Entries;
  const entries = (count: number, detail: unknown = {}) =>
    Array.from({ length: count }, (_, index) => ({
      type: `event.${String(index)}`,
      at: '2026-01-31T09:30:00Z',
      detail,
    }));
  let bus: Bus;

  beforeEach(() => {
    bus = openBus(readEnvironment({ BUS_NAME: 'lazo-dev-crm' }));
    service.reply = ({ body }) => ({ json: { Entries: entriesOf(body).map(() => ({ EventId: '1' })) } });
  });

  it('publishes under the source and type of the event contract', async () => {
    expect(await bus.publish([{ type: 'quote.accepted', at: '2026-01-31T09:30:00Z', detail: { id: 'e1' } }])).toEqual(
      [],
    );
    expect(entriesOf(service.requests[0]?.body ?? '')).toEqual([
      {
        EventBusName: 'lazo-dev-crm',
        Source: 'lazo.crm',
        DetailType: 'quote.accepted',
        Detail: '{"id":"e1"}',
        Time: 1769851800,
      },
    ]);
  });

  it('sends at most ten entries and 256 KB at once', async () => {
    await bus.publish(entries(23));
    await bus.publish(entries(3, { text: 'x'.repeat(100_000) }));
    const sizes = service.requests.map(({ body }) => entriesOf(body).length);
    expect(sizes.toSorted()).toEqual([1, 10, 10, 2, 3]);
  });

  it('answers which entries were not taken', async () => {
    service.reply = ({ body }) => ({
      json: {
        Entries: entriesOf(body).map(({ DetailType }) =>
          /[37]$/.test(DetailType) ? { ErrorCode: 'InternalFailure' } : {},
        ),
      },
    });
    expect(await bus.publish(entries(15))).toEqual([3, 7, 13]);
  });

  it('counts a portion that failed as not taken, and throws when nothing went through', async () => {
    const refused = { status: 400, json: { __type: 'AccessDeniedException', message: 'no' } };
    service.reply = ({ body }) => (body.includes('event.12') ? refused : { json: { Entries: [] } });
    expect(await bus.publish(entries(13))).toEqual([10, 11, 12]);
    service.reply = () => refused;
    await expect(bus.publish(entries(13))).rejects.toThrow('no');
  });
});
