// AppSync Events -> may whoever brings this token listen on this channel?
import middy from '@middy/core';
import { mayListen, type ListenRequest } from '#modules/platform/realtime';
import { openRuntime } from './runtime.ts';

/** What AppSync asks of its authorizer; `channel` is there when somebody subscribes. */
type Asked = {
  readonly authorizationToken: string;
  readonly requestContext: { readonly operation: ListenRequest['operation']; readonly channel?: string | null };
};

/** An answer counts for this request alone: rights may be gone at the next. */
export const handler = middy<Asked, { isAuthorized: boolean; ttlOverride: number }>().handler(
  async ({ authorizationToken, requestContext: { operation, channel } }) => ({
    isAuthorized: await mayListen(openRuntime(), { token: authorizationToken, operation, channel: channel ?? '' }),
    ttlOverride: 0,
  }),
);
