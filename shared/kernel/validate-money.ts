// Money as it is given: an amount as the outside writes it, or minor units as code has them.
import * as z from 'zod/mini';
import { isCurrency } from './currencies.ts';
import { DomainError } from './errors.ts';
import { fromDecimal } from './money.ts';
import { about, noSuchField, say, sayOfObject, type Schema } from './validate-messages.ts';

/** Money is kept in minor units of its currency; outside it is written as an amount. */
export const moneySchema = (): Schema =>
  z.pipe(z.transform(countMinor), minorUnits()).register(about, {
    type: 'object',
    properties: { amount: { type: 'string', format: 'decimal' }, currency: { type: 'string' } },
    required: ['amount', 'currency'],
  });

const minorUnits = (): Schema =>
  z.strictObject(
    {
      minor: z.int({ error: say('Must be a whole number of minor units.') }),
      currency: z
        .string({ error: say('Must be a currency code.') })
        .check(z.refine(isCurrency, 'Must be a currency of ISO 4217, as "USD".')),
    },
    { error: sayOfObject('Must be an amount of money.', noSuchField) },
  );

/** Money as the outside writes it, `{amount: '12.50', currency}`, becomes minor units; anything else goes on as it is. */
const countMinor = (value: unknown, context: z.core.ParsePayload): unknown => {
  if (typeof value !== 'object' || value === null || !('amount' in value) || 'minor' in value) return value;
  const { amount, ...rest } = value as Readonly<Record<string, unknown>>;
  const { currency } = rest;
  if (typeof amount !== 'string') return refuseAmount(context, 'Must be a decimal number, as "12.5".', amount);
  // The schema that follows says what is wrong with the currency.
  if (typeof currency !== 'string' || !isCurrency(currency)) return { minor: 0, ...rest };
  try {
    return { ...rest, ...fromDecimal(amount, currency) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return refuseAmount(context, error.message, amount);
  }
};

const refuseAmount = ({ issues }: z.core.ParsePayload, message: string, input: unknown): unknown => {
  issues.push({ code: 'custom', message, path: ['amount'], input });
  return z.NEVER;
};
