// The one construct that makes a Lambda: runtime, bundle, log group and a role of its own with nothing but its permissions.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as Lambda, RecursiveLoop, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeStars } from './acknowledge.ts';
import { codeOf } from './bundle.ts';
import type { Permission } from './grants.ts';
import { namesFor, type Names } from './names.ts';
import type { Settings } from './settings.ts';

/** What distinguishes one function from another. */
export type LazoFunctionProps = {
  readonly settings: Settings;
  /** Name within the stage. */
  readonly name: string;
  /** Path of the entry from the root of the project; it exports `handler`. */
  readonly entry: string;
  readonly memory: number;
  readonly timeoutSeconds: number;
  readonly permissions: readonly Permission[];
  readonly environment: Readonly<Record<string, string>>;
  /** It sends messages to its own queue on purpose; else Lambda stops such a loop after 16 rounds. */
  readonly feedsItself?: boolean;
};

/** A Lambda function. Triggers add their own permissions with `allow`. */
export class LazoFunction extends Construct {
  readonly lambda: Lambda;
  readonly #role: Role;

  constructor(scope: Construct, props: LazoFunctionProps) {
    super(scope, props.name);
    const names = namesFor(this, props.settings.stage);
    const logGroup = this.#openLog(props);
    this.#role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${props.name} may touch (infra/wiring.ts)`,
    });
    this.allow([writesItsLog(names, props.name), tracesItself, ...props.permissions]);
    this.lambda = new Lambda(this, 'function', {
      functionName: names.functionName(props.name),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.#role,
      logGroup,
      tracing: Tracing.ACTIVE,
      recursiveLoop: props.feedsItself ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      code: codeOf(props.entry),
      handler: 'index.handler',
    });
  }

  /** Adds permissions to the role of this function. */
  allow(permissions: readonly Permission[]): void {
    for (const { actions, resources, conditions } of permissions) {
      this.#role.addToPolicy(
        new PolicyStatement({
          effect: Effect.ALLOW,
          actions: [...actions],
          resources: [...resources],
          ...(conditions && { conditions }),
        }),
      );
    }
    acknowledgeStars(this, permissions);
  }

  #openLog({ name, settings }: LazoFunctionProps): LogGroup {
    return new LogGroup(this, 'log', {
      logGroupName: namesFor(this, settings.stage).logGroup(name),
      retention: settings.logDays,
      removalPolicy: settings.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}

const writesItsLog = (names: Names, name: string): Permission => ({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resources: [names.logStreamsArn(name)],
  starBecause: 'Lambda names the streams of the group; the group is its own.',
});

const tracesItself: Permission = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
  starBecause: 'X-Ray knows no resources for these actions.',
};
