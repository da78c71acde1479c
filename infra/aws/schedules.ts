// What the scheduler calls: functions with rates and crons, and run-due at the minutes that record-events asks for.
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, type ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { FunctionName, Trigger } from '#infra/wiring';
import type { LazoFunction } from './lazo-function.ts';
import { namesFor } from './names.ts';
import type { Settings } from './settings.ts';

/** The role with which the scheduler calls one function. */
export class ScheduledCalls extends Construct {
  readonly #called: LazoFunction;
  readonly #role: Role;
  readonly #group: ScheduleGroup;

  constructor(called: LazoFunction, name: FunctionName, group: ScheduleGroup, { stage }: Settings) {
    super(called, 'schedules');
    const names = namesFor(this, stage);
    this.#called = called;
    this.#group = group;
    this.#role = new Role(this, 'role', {
      roleName: names.schedulerRole(name),
      description: `Lets the scheduler call ${name}, and nothing else`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': names.scheduleGroupArn },
        },
      }),
    });
    this.#role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [called.lambda.functionArn] }),
    );
  }

  /**
   * A call at a rate. One that is lost is not kept: what was due is still marked in the rows, and the next call finds it.
   */
  repeat({ expression, input }: Extract<Trigger, { on: 'schedule' }>): void {
    const task = Object.values(input).join('-');
    const schedule = new CfnSchedule(this, task, {
      name: `${this.#called.node.id}-${task}`,
      groupName: this.#group.scheduleGroupName,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: this.#called.lambda.functionArn, roleArn: this.#role.roleArn, input: JSON.stringify(input) },
    });
    schedule.node.addDependency(this.#role);
  }
}
