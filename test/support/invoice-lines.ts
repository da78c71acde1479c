// What is invoiced in tests, as inputs take it.

/** A line of a service that costs so much. */
export const line = (quantity: string, unitPrice: string, more: object = {}) => ({
  ...{ description: 'Service', quantity, unitPrice },
  ...more,
});

const off = (value: string) => ({ kind: 'PERCENT', value });

/** The lines of domain 2.5: with 5 % off the whole they come to 77.89 in Ecuador. */
export const worked = [
  line('3', '19.99', { discounts: [off('10')] }),
  line('1.5', '7.333333'),
  line('10', '0.85', { taxCategory: 'ZERO', discounts: [off('10'), off('5')] }),
];

/** Money as inputs take it. */
export const usd = (amount: string) => ({ amount, currency: 'USD' });
