// Nobody takes so much that others get nothing: a tenant, and each of its people and programs, has points for a minute. Each
// container takes them in portions and counts by itself, so that a request costs no write of its own (ADR 26).
import { DomainError, type Actor, type Runtime } from '#kernel';
import type { Meter } from '#kernel/table';
import { pointLimits } from '#modules/platform/identity';
import { operatorTenant } from '#modules/platform/settings';
import { minuteOf, pointsOf, portionOf, usualPoints } from './points.rules.ts';
import { takeShare, type Share } from './shares.operations.ts';

/** A request that was let in: what it has cost is told at its end. */
export type Admission = { charge(cost: Pick<Meter, 'readUnits' | 'writeUnits'>): number };

/** Refused for now. `retryAfter`: seconds until it is worth another try. */
export class RateLimited extends DomainError {
  readonly retryAfter: number;
  constructor(whose: string, retryAfter: number) {
    super('RATE_LIMITED', `${whose} used up for this minute; try again in ${String(retryAfter)} s.`);
    this.retryAfter = retryAfter;
  }
}

/** What a container may still spend of somebody's minute. */
type Purse = { granted: number; spent: number; taking?: Promise<void> | undefined; isEmpty?: boolean };
/** Of the present minute alone. */
type Minute = { readonly minute: string; readonly purses: Map<string, Purse> };

/** By the one port that all requests of a container share. */
const minutes = new WeakMap<Runtime['ports']['secrets'], Minute>();

/**
 * Lets a request in, as long as there are points of this minute for its tenant, for who sends it, and, where nobody signs in, for
 * the address that it comes from. One that is let in is served whole, whatever it costs. @throws RateLimited
 */
export const admit = async (runtime: Runtime, actor: Actor, address?: string): Promise<Admission> => {
  if (actor.tenant === operatorTenant) return { charge: pointsOf };
  const { minute, left } = minuteOf(runtime.clock.now());
  const { purses } = minuteIn(runtime, minute);
  const { tenant = usualPoints.tenant, caller = usualPoints.caller } = await pointLimits(runtime, actor);
  const limited = [
    { whose: 'The points of this tenant are', who: 'tenant', most: tenant },
    { whose: 'Your points are', who: actor.id, most: caller },
    ...(address === undefined ? [] : [ofAddress(actor, address)]),
  ];
  const opened = await Promise.all(
    limited.map(async ({ whose, who, most, granted = 0 }: Limited) => {
      const purse = purseOf(purses, `${actor.tenant} ${who}`, granted);
      const minutely = { tenant: actor.tenant, name: `${minute}#${who}`, most };
      if (!(await hasPoints(runtime, purse, minutely))) throw new RateLimited(whose, left);
      return purse;
    }),
  );
  return {
    charge: (cost) => {
      const points = pointsOf(cost);
      for (const purse of opened) purse.spent += points;
      return points;
    },
  };
};

type Limited = { readonly whose: string; readonly who: string; readonly most: number; readonly granted?: number };

/** The first portion of an address is given and not counted, so that a visit costs no write. */
const ofAddress = ({ id }: Actor, address: string): Limited => {
  const { address: most } = usualPoints;
  return { whose: 'The points of your address are', who: `${id}:${address}`, most, granted: portionOf(most) };
};

const minuteIn = ({ ports }: Runtime, minute: string): Minute => {
  const known = minutes.get(ports.secrets);
  if (known?.minute === minute) return known;
  const next = { minute, purses: new Map<string, Purse>() };
  minutes.set(ports.secrets, next);
  return next;
};

const purseOf = (purses: Map<string, Purse>, name: string, granted: number): Purse => {
  const purse = purses.get(name) ?? { granted, spent: 0 };
  purses.set(name, purse);
  return purse;
};

/** Whether something is left to spend; takes further portions until there is, or until the minute has no more. */
const hasPoints = async (runtime: Runtime, purse: Purse, minutely: Share): Promise<boolean> => {
  while (purse.spent >= purse.granted && !purse.isEmpty) {
    purse.taking ??= fill(runtime, purse, minutely);
    await purse.taking;
  }
  return purse.spent < purse.granted;
};

/** Requests that come meanwhile wait for the same portion. */
const fill = async (runtime: Runtime, purse: Purse, minutely: Share): Promise<void> => {
  try {
    const take = portionOf(minutely.most);
    if (await takeShare(runtime, { ...minutely, take })) purse.granted += take;
    else purse.isEmpty = true;
  } finally {
    purse.taking = undefined;
  }
};
