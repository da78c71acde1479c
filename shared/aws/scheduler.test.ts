import { describe, expect, it } from '@jest/globals';
import { withRecordingService } from '#test/support/aws-service';
import { readEnvironment } from './environment.ts';
import { openScheduler } from './scheduler.ts';

const variables = {
  SCHEDULER_GROUP: 'lazo-dev',
  SCHEDULER_ROLE_ARN: 'arn:aws:iam::1:role/x',
  RUN_DUE_ARN: 'arn:aws:lambda:us-east-1:1:function:run-due',
};

describe('the scheduler', () => {
  const service = withRecordingService('SCHEDULER');
  const scheduler = openScheduler(readEnvironment(variables));

  it('makes a one-shot named after its minute, which deletes itself', async () => {
    await scheduler.wakeAt('2026-01-31T09:30:00.000Z');
    const [request] = service.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/schedules/due-2026-01-31T09-30' });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      GroupName: 'lazo-dev',
      ScheduleExpression: 'at(2026-01-31T09:30:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: variables.RUN_DUE_ARN,
        RoleArn: variables.SCHEDULER_ROLE_ARN,
        Input: '{"minute":"2026-01-31T09:30:00.000Z"}',
      },
    });
  });

  it('takes an existing one for success, and nothing else', async () => {
    service.reply = () => ({ status: 409, json: { __type: 'ConflictException', Message: 'exists' } });
    await expect(scheduler.wakeAt('2026-01-31T09:30Z')).resolves.toBeUndefined();
    service.reply = () => ({ status: 400, json: { __type: 'ValidationException', Message: 'wrong' } });
    await expect(scheduler.wakeAt('2026-01-31T09:30Z')).rejects.toThrow('wrong');
  });

  it('takes whole minutes in UTC only', async () => {
    await expect(scheduler.wakeAt('2026-01-31T09:30:20Z')).rejects.toThrow(/no whole minute/);
    await expect(scheduler.wakeAt('2026-01-31T09:30:00-05:00')).rejects.toThrow(/no whole minute/);
    expect(service.requests).toEqual([]);
  });
});
