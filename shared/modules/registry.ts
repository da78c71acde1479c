// All modules of the product, ground up. A new module is one line here; `npm run new:module` writes it.
import { gather, type Module } from '#kernel';
import { agreements } from '#modules/billing/agreements';
import { commissions } from '#modules/billing/commissions';
import { earnings } from '#modules/billing/earnings';
import { ecSri } from '#modules/billing/ec-sri';
import { invoices } from '#modules/billing/invoices';
import { collections } from '#modules/billing/collections';
import { payments } from '#modules/billing/payments';
import { outsideDocuments } from '#modules/billing/outside-documents';
import { customerHistory } from '#modules/billing/sales-history';
import { billingAlarms } from '#modules/billing/alarms';
import { pending } from '#modules/billing/pending';
import { invoiceRequests } from '#modules/billing/requests';
import { affinities } from '#modules/catalog/affinities';
import { catalogues } from '#modules/catalog/catalogues';
import { prices } from '#modules/catalog/prices';
import { pricing } from '#modules/catalog/pricing';
import { products } from '#modules/catalog/products';
import { promotions } from '#modules/catalog/promotions';
import { stockLevels } from '#modules/catalog/stock';
import { taxes } from '#modules/catalog/taxes';
import { activities } from '#modules/engagement/activities';
import { calendars } from '#modules/engagement/calendars';
import { reminders } from '#modules/engagement/reminders';
import { supervision } from '#modules/engagement/supervision';
import { calls } from '#modules/engagement/calls';
import { bookings } from '#modules/engagement/bookings';
import { documentSending } from '#modules/engagement/documents';
import { routes } from '#modules/engagement/routes';
import { segmentVisiting } from '#modules/engagement/segment-visits';
import { segmentFlows } from '#modules/engagement/segment-flow';
import { sequences } from '#modules/engagement/sequences';
import { channels } from '#modules/engagement/channels';
import { conversations } from '#modules/engagement/conversations';
import { bot } from '#modules/engagement/bot';
import { teamTalk } from '#modules/engagement/team-chat';
import { audiences } from '#modules/marketing/audiences';
import { forms } from '#modules/marketing/forms';
import { siteTracking } from '#modules/marketing/site-tracking';
import { accounts } from '#modules/parties/accounts';
import { addressLists } from '#modules/parties/address-lists';
import { cards } from '#modules/parties/cards';
import { vCards } from '#modules/parties/vcards';
import { consents } from '#modules/parties/consents';
import { contacts } from '#modules/parties/contacts';
import { handOvers } from '#modules/parties/hand-overs';
import { quality } from '#modules/parties/quality';
import { ranking } from '#modules/parties/ranking';
import { segments } from '#modules/parties/segments';
import { zones } from '#modules/parties/zones';
import { duplicates } from '#modules/parties/duplicates';
import { alerts } from '#modules/platform/alerts';
import { approvals } from '#modules/platform/approvals';
import { exchange } from '#modules/platform/exchange';
import { customFields } from '#modules/platform/custom-fields';
import { eventFeed } from '#modules/platform/events';
import { flows } from '#modules/platform/flows';
import { exports } from '#modules/platform/exports';
import { files } from '#modules/platform/files';
import { pasts } from '#modules/platform/history';
import { jobs } from '#modules/platform/jobs';
import { governance } from '#modules/platform/governance';
import { identity } from '#modules/platform/identity';
import { imports } from '#modules/platform/imports';
import { keys } from '#modules/platform/keys';
import { apiLimits } from '#modules/platform/limits';
import { links } from '#modules/platform/links';
import { lists } from '#modules/platform/lists';
import { mailIn } from '#modules/platform/mail-in';
import { mailOut } from '#modules/platform/mail-out';
import { mailRules } from '#modules/platform/mail-rules';
import { notifications } from '#modules/platform/notifications';
import { numbering } from '#modules/platform/numbering';
import { organisation } from '#modules/platform/organisation';
import { documents } from '#modules/platform/pdf';
import { quotas } from '#modules/platform/quotas';
import { readModels } from '#modules/platform/read-models';
import { realtime } from '#modules/platform/realtime';
import { privacy } from '#modules/platform/privacy';
import { roles } from '#modules/platform/roles';
import { searching } from '#modules/platform/search';
import { settings } from '#modules/platform/settings';
import { signing } from '#modules/platform/signing';
import { sync } from '#modules/platform/sync';
import { teams } from '#modules/platform/teams';
import { timelines } from '#modules/platform/timeline';
import { tenants } from '#modules/platform/tenants';
import { users } from '#modules/platform/users';
import { webhooks } from '#modules/platform/webhooks';
import { workflows } from '#modules/platform/workflows';
import { contracts } from '#modules/sales/contracts';
import { customers } from '#modules/sales/customers';
import { expenses } from '#modules/sales/expenses';
import { deliveries } from '#modules/sales/deliveries';
import { leads } from '#modules/sales/leads';
import { opportunities } from '#modules/sales/opportunities';
import { orders } from '#modules/sales/orders';
import { quotes } from '#modules/sales/quotes';
import { recurringOrders } from '#modules/sales/recurring-orders';
import { samples } from '#modules/sales/samples';
import { suggestions } from '#modules/sales/suggestions';
import { transfers } from '#modules/sales/transfers';
import { terms } from '#modules/sales/terms';
import { cases } from '#modules/service/cases';

/** Every module, in the order of the areas. */
export const modules: readonly Module[] = [
  settings,
  organisation,
  roles,
  users,
  teams,
  keys,
  customFields,
  identity,
  tenants,
  apiLimits,
  flows,
  eventFeed,
  files,
  links,
  documents,
  mailOut,
  mailRules,
  mailIn,
  notifications,
  realtime,
  approvals,
  workflows,
  alerts,
  webhooks,
  governance,
  jobs,
  readModels,
  imports,
  exports,
  exchange,
  searching,
  timelines,
  pasts,
  privacy,
  signing,
  sync,
  numbering,
  quotas,
  lists,
  zones,
  segments,
  accounts,
  contacts,
  consents,
  addressLists,
  ranking,
  cards,
  vCards,
  duplicates,
  quality,
  handOvers,
  activities,
  calendars,
  reminders,
  supervision,
  calls,
  bookings,
  documentSending,
  routes,
  segmentVisiting,
  sequences,
  channels,
  conversations,
  bot,
  teamTalk,
  segmentFlows,
  taxes,
  products,
  affinities,
  stockLevels,
  prices,
  promotions,
  pricing,
  catalogues,
  opportunities,
  customers,
  leads,
  suggestions,
  quotes,
  terms,
  orders,
  contracts,
  recurringOrders,
  transfers,
  deliveries,
  expenses,
  samples,
  invoices,
  pending,
  invoiceRequests,
  billingAlarms,
  ecSri,
  payments,
  collections,
  agreements,
  earnings,
  commissions,
  outsideDocuments,
  customerHistory,
  forms,
  siteTracking,
  audiences,
  cases,
];

/** The product. */
export const registry = gather(modules);
