import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { clientOptions, eventually, openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import type { Listener } from '../listen.ts';
import { openQueues, untilTheProcessEnds, type QueueStore } from '../queues/queue-store.ts';
import { asyncQueue } from './async-invocations.ts';
import { startOneShots, type OneShots } from './one-shots.ts';
import { schedulerEndpoint } from './scheduler-endpoint.ts';

let trial: TrialStore;
let queues: QueueStore;
let oneShots: OneShots;
let listener: Listener;
let client: Scheduler;

const GroupName = 'lazo-local';

const schedule = (Name: string, at: string, more = {}) => ({
  Name,
  GroupName,
  ScheduleExpression: `at(${at})`,
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  ActionAfterCompletion: 'DELETE' as const,
  Target: {
    Arn: 'arn:aws:lambda:us-east-1:000000000000:function:lazo-local-run-due',
    RoleArn: 'arn:aws:iam::000000000000:role/x',
    Input: '{"minute":"m"}',
  },
  ...more,
});

const calls = (): readonly unknown[] =>
  queues.receive(asyncQueue, 10, untilTheProcessEnds).map(({ body }) => JSON.parse(body) as unknown);

beforeAll(async () => {
  trial = openTrialStore();
  queues = openQueues(trial.store, trial.clock);
  oneShots = startOneShots(trial.store, queues, trial.clock);
  listener = await serveTrial((request, response) => schedulerEndpoint(oneShots, '/scheduler')(request, response));
  client = new Scheduler(clientOptions(`${listener.url}/scheduler`));
});

afterAll(async () => {
  client.destroy();
  await listener.close();
  oneShots.stop();
  trial.remove();
});

describe('the scheduler', () => {
  it('calls the target at the moment, and the name is free again', async () => {
    await client.createSchedule(schedule('due-1', '2099-01-01T10:00:00'));
    await expect(client.createSchedule(schedule('due-1', '2099-01-01T10:00:00'))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    expect(await client.getSchedule({ Name: 'due-1', GroupName })).toMatchObject({
      Name: 'due-1',
      GroupName,
      ScheduleExpression: 'at(2099-01-01T10:00:00)',
    });
    await trial.clock.moveTo(Date.parse('2099-01-01T09:59:59Z'));
    expect(calls()).toEqual([]);
    await trial.clock.moveTo(Date.parse('2099-01-01T10:00:00Z'));
    await eventually(() => oneShots.nextDue() === undefined);
    expect(calls()).toEqual([{ functionName: 'run-due', input: { minute: 'm' } }]);
    await expect(client.getSchedule({ Name: 'due-1', GroupName })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('survives its process, and then makes up for what it missed', async () => {
    await client.createSchedule(schedule('due-2', '2100-01-01T10:00:00'));
    oneShots.stop();
    await trial.clock.moveTo(Date.parse('2100-06-01T00:00:00Z'));
    trial.reopen();
    queues = openQueues(trial.store, trial.clock);
    oneShots = startOneShots(trial.store, queues, trial.clock);
    await eventually(() => oneShots.nextDue() === undefined);
    expect(calls()).toContainEqual({ functionName: 'run-due', input: { minute: 'm' } });
  });

  it('deletes', async () => {
    await client.createSchedule(schedule('due-3', '2101-01-01T10:00:00'));
    await client.deleteSchedule({ Name: 'due-3', GroupName });
    await expect(client.deleteSchedule({ Name: 'due-3', GroupName })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it.each([
    ['a recurring schedule', { ScheduleExpression: 'rate(1 hour)' }],
    ['another time zone', { ScheduleExpressionTimezone: 'America/Guayaquil' }],
    ['a target elsewhere', { Target: { Arn: 'arn:aws:sqs:us-east-1:1:queue', RoleArn: 'r' } }],
    ['a name with a blank', { Name: 'due 1' }],
  ])('refuses %s', async (_what, more) => {
    await expect(client.createSchedule(schedule('due-4', '2102-01-01T10:00:00', more))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
