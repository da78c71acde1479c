// Wake-ups: one EventBridge Scheduler one-shot for each minute in which something is due.
import type { Scheduler as Client } from '@aws-sdk/client-scheduler';
import type { Scheduler } from '#kernel/ports';
import type { Environment } from './environment.ts';
import { once } from './once.ts';

const wholeMinute = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::00(?:\.0+)?)?Z$/;

/** The scheduler group that the environment names. */
export function openScheduler(environment: Environment): Scheduler {
  const client = once(async () => {
    const { Scheduler: SchedulerClient } = await import('@aws-sdk/client-scheduler');
    return new SchedulerClient({});
  });
  return {
    async wakeAt(minute) {
      const [, moment] = wholeMinute.exec(minute) ?? [];
      if (!moment) throw new TypeError(`${minute} is no whole minute in UTC, such as 2026-01-31T09:30Z.`);
      await createOneShot(await client(), environment, moment);
    },
  };
}

/** The name is made of the minute, so that a second one for it is a conflict, and that is as good as success. */
const createOneShot = async (client: Client, environment: Environment, moment: string): Promise<void> => {
  try {
    await client.createSchedule({
      Name: `due-${moment.replace(':', '-')}`,
      GroupName: environment.schedulerGroup,
      ScheduleExpression: `at(${moment}:00)`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: environment.runDueArn,
        RoleArn: environment.schedulerRoleArn,
        Input: JSON.stringify({ minute: `${moment}:00.000Z` }),
      },
    });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ConflictException')) throw error;
  }
};
