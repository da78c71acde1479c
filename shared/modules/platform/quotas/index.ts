import { module } from '#kernel';
import { Quota } from './quota.entity.ts';
import { SendingLine } from './sending-line.entity.ts';

/** Counts of what may be used only so often, taken in the write that uses it; and lines for what may go out only so fast. */
export const quotas = module('platform/quotas', { entities: [Quota, SendingLine] });
export { paceFields, tighter, type Pace } from './pace.rules.ts';
export { giveBackQuota, useQuota } from './quota.operations.ts';
export { colleagues, SendingLine, type SendingLineRow } from './sending-line.entity.ts';
export { turnIn } from './turn.operations.ts';
