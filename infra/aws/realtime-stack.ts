// Notices to screens that are open: AppSync Events. Only functions of the stage publish; who may listen, a function says.
import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnApi, CfnChannelNamespace } from 'aws-cdk-lib/aws-appsync';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName } from '#infra/wiring';
import type { LazoFunction } from './lazo-function.ts';
import { namesFor } from './names.ts';
import type { Settings } from './settings.ts';
import { functionsOn } from './wired-function.ts';

/** Where notices go in and out, and the one namespace of channels. */
export type RealtimePlaces = { readonly publish: string; readonly listen: string; readonly namespaceArn: string };

/** The first segment of every channel (shared/modules/platform/realtime/channels.rules.ts). */
const namespace = 'crm';

const publishers = [{ authType: 'AWS_IAM' }];
const listeners = [{ authType: 'AWS_LAMBDA' }];

/** The API for notices. The function that it asks comes later, with the others, and is known by its name. */
export class RealtimeStack extends Stack {
  readonly places: RealtimePlaces;

  constructor(scope: Construct, id: string, props: StackProps & { readonly settings: Settings }) {
    super(scope, id, props);
    const names = namesFor(this, props.settings.stage);
    const api = new CfnApi(this, 'notices', {
      name: names.prefix,
      eventConfig: {
        authProviders: [
          { authType: 'AWS_IAM' },
          {
            authType: 'AWS_LAMBDA',
            lambdaAuthorizerConfig: { authorizerUri: names.functionArn(authorizer()), authorizerResultTtlInSeconds: 0 },
          },
        ],
        connectionAuthModes: listeners,
        defaultPublishAuthModes: publishers,
        defaultSubscribeAuthModes: listeners,
      },
    });
    new CfnChannelNamespace(this, 'channels', { apiId: api.attrApiId, name: namespace });
    this.places = {
      publish: `https://${api.attrDnsHttp}/event`,
      listen: `wss://${api.attrDnsRealtime}/event/realtime`,
      namespaceArn: `${api.attrApiArn}/channelNamespace/${namespace}`,
    };
  }
}

/** The one function that says who may listen. */
const authorizer = (): FunctionName => {
  const [name, ...others] = functionsOn('listening');
  if (name === undefined || others.length > 0) throw new Error('Exactly one function says who may listen.');
  return name;
};

/** Lets the notices of this account ask the function. */
export const letRealtimeAsk = ({ lambda }: LazoFunction): void => {
  const { account, region, partition } = Stack.of(lambda);
  new CfnPermission(lambda, 'asked-by-appsync', {
    action: 'lambda:InvokeFunction',
    functionName: lambda.functionArn,
    principal: 'appsync.amazonaws.com',
    sourceAccount: account,
    sourceArn: `arn:${partition}:appsync:${region}:${account}:apis/*`,
  });
};
