import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { withRecordingService } from '#test/support/aws-service';
import { readEnvironment } from './environment.ts';
import { openQueues } from './queues.ts';

type Batch = {
  readonly QueueUrl: string;
  readonly Entries: readonly { readonly Id: string; readonly MessageBody: string; readonly DelaySeconds?: number }[];
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('queues', () => {
  const service = withRecordingService('SQS');
  const queues = () => openQueues(readEnvironment({ QUEUE_URL_PREFIX: `${service.url}/1/lazo-`, STAGE: 'dev' }));
  const batchOf = (body: string) => JSON.parse(body) as Batch;
  const taken = (body: string, refused: readonly string[] = [], SenderFault = false) => {
    const { Entries } = batchOf(body);
    const isRefused = ({ Id }: { readonly Id: string }) => refused.includes(Id);
    return {
      json: {
        Successful: Entries.filter((entry) => !isRefused(entry)).map(({ Id, MessageBody }) => ({
          Id,
          MD5OfMessageBody: md5(MessageBody),
        })),
        Failed: Entries.filter(isRefused).map(({ Id }) => ({ Id, SenderFault, Code: 'InternalError' })),
      },
    };
  };

  it('sends JSON bodies with their delay, ten at a time, to the queue of the stage', async () => {
    service.reply = ({ body }) => taken(body);
    await queues().send(
      'mail-out',
      Array.from({ length: 12 }, (_, n) => ({ body: { n }, delaySeconds: 60 })),
    );
    const batches = service.requests
      .map(({ body }) => batchOf(body))
      .toSorted((a, b) => b.Entries.length - a.Entries.length);
    expect(batches.map(({ Entries }) => Entries.length)).toEqual([10, 2]);
    expect(batches[0]?.QueueUrl).toBe(`${service.url}/1/lazo-dev-mail-out`);
    expect(batches[0]?.Entries[0]).toEqual({ Id: '0', MessageBody: '{"n":0}', DelaySeconds: 60 });
  });

  it('says whose a message is, so that SQS serves tenants by turns', async () => {
    service.reply = ({ body }) => taken(body);
    await queues().send('jobs', [{ body: { tenant: 'ten_1', job: 'job_1' } }]);
    expect(service.requests.flatMap(({ body }) => batchOf(body).Entries)).toEqual([
      { Id: '0', MessageBody: '{"tenant":"ten_1","job":"job_1"}', MessageGroupId: 'ten_1' },
    ]);
  });

  it('sends again only what SQS did not take', async () => {
    service.reply = ({ body }) => taken(body, service.requests.length === 1 ? ['1'] : []);
    await queues().send('jobs', [{ body: 'a' }, { body: 'b' }, { body: 'c' }]);
    expect(service.requests.map(({ body }) => batchOf(body).Entries.map(({ Id }) => Id))).toEqual([
      ['0', '1', '2'],
      ['1'],
    ]);
  });

  it('gives up at once on a message that is wrong', async () => {
    service.reply = ({ body }) => taken(body, ['0'], true);
    await expect(queues().send('jobs', [{ body: 'a' }])).rejects.toThrow(/1 messages were not taken .* InternalError/);
    expect(service.requests).toHaveLength(1);
  });

  it('sends nothing for nothing', async () => {
    await queues().send('jobs', []);
    expect(service.requests).toEqual([]);
  });
});
