import { module } from '#kernel';
import { callActions } from '#modules/engagement/calls';
import { accountSections, openOnes } from '#modules/parties/accounts';
import { signingSubjects } from '#modules/platform/signing';
import { quoteFromCall } from './call-action.rules.ts';
import { quoteTemplates } from './mail-templates.rules.ts';
import { quotePage } from './quote-page.operations.ts';
import { QuoteLimit } from './quote-limit.entity.ts';
import { quoteSigning } from './quote-signing.operations.ts';
import { Quote } from './quote.entity.ts';
import {
  cancelQuote,
  createQuote,
  makeQuotePrimary,
  createQuoteFromOpportunity,
  reviseQuote,
  updateQuote,
} from './quote.operations.ts';
import { endSigning, expireQuote, followPrimary, takeApproval } from './quote.reactions.ts';
import { acceptQuote, rejectQuote, sendQuote } from './send-quote.operations.ts';

/** Offers: versions, prices of the day, the document that the customer gets, and what the customer says. */
export const quotes = module('sales/quotes', {
  entities: [Quote, QuoteLimit],
  operations: [
    createQuote,
    createQuoteFromOpportunity,
    updateQuote,
    reviseQuote,
    cancelQuote,
    makeQuotePrimary,
    sendQuote,
    acceptQuote,
    rejectQuote,
  ],
  reactions: [takeApproval, endSigning, followPrimary],
  timers: [expireQuote],
  pages: [quotePage],
  contributes: {
    'mail-templates': quoteTemplates,
    [accountSections]: [openOnes(Quote, 'quotes', 'The offers that the account has not decided on, the newest first.')],
    [signingSubjects]: [quoteSigning],
    [callActions]: [quoteFromCall],
    // Who knows the least margin learns the cost of products by trying.
    'role-grants': [{ roles: ['seller', 'support'], entities: { QuoteLimit: {} } }],
  },
});
export {
  noteConverted,
  remainingLines,
  type ConvertedLine,
  type RemainingLine,
} from './quote-conversion.operations.ts';
export { Quote, type QuoteLine, type QuoteRow } from './quote.entity.ts';
