// The stacks of one stage, in the order in which they are deployed.
import type { App, Stack } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.ts';
import { DataStack } from './data-stack.ts';
import { EventsStack } from './events-stack.ts';
import { IdentityStack } from './identity-stack.ts';
import { MailStack } from './mail-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import { RealtimeStack } from './realtime-stack.ts';
import type { Settings } from './settings.ts';

/** Declares a stage in `app`. Stacks meet by name, so their order is told, not found by CDK. */
export const declareStacks = (app: App, settings: Settings) => {
  const { stage, region, account } = settings;
  const props = (id: string) => ({
    stackName: `lazo-${stage}-${id}`,
    settings,
    env: { region, ...(account !== undefined && { account }) },
    terminationProtection: settings.keepsData,
    tags: { product: 'lazo', stage },
  });
  const data = new DataStack(app, 'data', props('data'));
  const identity = new IdentityStack(app, 'identity', props('identity'));
  const { signIn } = identity;
  const realtime = new RealtimeStack(app, 'realtime', props('realtime'));
  const api = new ApiStack(app, 'api', { ...props('api'), signIn, realtime: realtime.places });
  const mail = new MailStack(app, 'mail', props('mail'));
  const deployment = { settings, signIn, publicUrl: api.publicUrl, realtime: realtime.places };
  const events = new EventsStack(app, 'events', { ...props('events'), deployment, streamArn: data.streamArn });
  const observability = new ObservabilityStack(app, 'observability', { ...props('observability'), apiId: api.apiId });
  const stacks = { data, identity, realtime, api, mail, events, observability };
  inOrder(Object.values(stacks));
  return stacks;
};

const inOrder = (stacks: readonly Stack[]): void => {
  stacks.slice(1).forEach((stack, index) => {
    const before = stacks[index];
    if (before) stack.addStackDependency(before);
  });
};
