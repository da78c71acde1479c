import { module } from '#kernel';
import { ChannelAccount, ChannelSecret } from './channel-account.entity.ts';
import { setChannelSecrets } from './secrets.operations.ts';

export { lengthProblem } from './carrying.rules.ts';
export { ChannelAccount, channelKinds, type ChannelAccountRow, type ChannelKind } from './channel-account.entity.ts';
export { readInbound, type DeliveryNews, type Inbound, type InboundMessage } from './inbound.rules.ts';
export { fetchMedia, type FetchedMedia } from './media.operations.ts';
export { openNotification, type Notified } from './notification.operations.ts';
export { readNotification } from './notification.rules.ts';
export type { MessageTemplate, Outgoing } from './outbound.rules.ts';
export { smsPartsOf, type SmsParts } from './sms-parts.rules.ts';
export { secretsOf } from './secrets.operations.ts';
export { isSame, isSigned, signatureOf } from './signature.rules.ts';
export { handOver, type Handed } from './transport.operations.ts';

/** Channels: the numbers, pages and sites of ours to which people write, and how messages get out to them. */
export const channels = module('engagement/channels', {
  entities: [ChannelAccount, ChannelSecret],
  operations: [setChannelSecrets],
  contributes: {
    'role-grants': [{ roles: ['manager', 'seller', 'support'], withholds: ['channelAccount.configure'] }],
  },
});
