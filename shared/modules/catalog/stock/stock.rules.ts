import type { Problem } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';

type Quantities = { readonly onHand: string; readonly reserved?: string; readonly promised?: string };

/** What can still be promised; never less than nothing. */
export const freeOf = ({ onHand, reserved = '0', promised = '0' }: Quantities): string =>
  decimalText(Exact.max(0, new Exact(onHand).minus(reserved).minus(promised)));

type Incoming = { readonly expectedOn: string; readonly quantity: string };

/** What will have come in by a day. */
export const incomingBy = (incoming: readonly Incoming[] | undefined, day: string | undefined): string =>
  decimalText(
    (incoming ?? [])
      .filter(({ expectedOn }) => day !== undefined && expectedOn <= day)
      .reduce((all, { quantity }) => all.plus(quantity), new Exact(0)),
  );

/** What will be free on a day: what is free now, and what comes in until then. Debts of stock are made good first. */
export const freeOn = (
  level: Quantities & { readonly incoming?: readonly Incoming[] },
  day: string | undefined,
): string => freeOf({ ...level, onHand: decimalText(new Exact(level.onHand).plus(incomingBy(level.incoming, day))) });

/** What cannot be right. */
export const stockProblems = ({ warehouse }: { readonly warehouse: string }): readonly Problem[] =>
  warehouse.trim() === '' ? [{ code: 'BAD_INPUT', message: 'Say which warehouse.', path: ['warehouse'] }] : [];
