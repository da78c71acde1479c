import { module } from '#kernel';
import type { RoleGrant } from '#modules/platform/roles';
import { cancelGuards } from '#modules/sales/orders';
import { acknowledgeTransferOrder } from './acknowledge.operations.ts';
import { accepts, acceptTransferClaim, claimTransfers, rejectTransferClaim } from './claim.operations.ts';
import { atCutOff, dispatchTransfers } from './dispatch.operations.ts';
import { transferTemplates } from './mail-templates.rules.ts';
import { reportServed } from './serve.operations.ts';
import { TransferClaim, TransferServing } from './transfer-ledger.entity.ts';
import { TransferBatch, TransferOrder } from './transfer-order.entity.ts';
import {
  assignWholesaler,
  confirmTransferOrder,
  followTransferred,
  leaveToWholesaler,
} from './transfer-order.operations.ts';
import { servedTotals, transferSales } from './transfer-sales.operations.ts';
import { Wholesaler, WholesalerCode } from './wholesaler.entity.ts';
import { createWholesaler, updateWholesaler } from './wholesaler.operations.ts';

const all = { create: 'all', read: 'all', update: 'all', archive: 'all' } as const;
const handling = ['wholesaler.create', 'wholesaler.update', 'wholesaler.archive', 'transferClaim.create'];

/** Wholesalers and claims are nobody's own: sellers see them, managers keep them. */
const grants: readonly RoleGrant[] = [
  {
    roles: ['manager'],
    entities: { Wholesaler: all, TransferClaim: all },
    grants: [...handling, accepts, 'transferClaim.reject'],
  },
  { roles: ['seller', 'support'], withholds: ['transferOrder.dispatch', 'transferOrder.report'] },
];

/** Orders that our people take and wholesalers serve and invoice. */
export const transfers = module('sales/transfers', {
  entities: [Wholesaler, WholesalerCode, TransferOrder, TransferBatch, TransferServing, TransferClaim],
  operations: [
    createWholesaler,
    updateWholesaler,
    assignWholesaler,
    confirmTransferOrder,
    dispatchTransfers,
    acknowledgeTransferOrder,
    reportServed,
    claimTransfers,
    acceptTransferClaim,
    rejectTransferClaim,
    transferSales,
  ],
  reactions: [followTransferred],
  rollups: [servedTotals],
  timers: [atCutOff],
  contributes: {
    [cancelGuards]: [leaveToWholesaler],
    'mail-templates': transferTemplates,
    'role-grants': grants,
  },
});
export { TransferServing, type TransferServingRow } from './transfer-ledger.entity.ts';
export { TransferOrder, type TransferOrderRow } from './transfer-order.entity.ts';
export { Wholesaler, WholesalerCode } from './wholesaler.entity.ts';
