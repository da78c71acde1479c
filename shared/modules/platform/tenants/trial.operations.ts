import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derivedId,
  DomainError,
  email,
  integer,
  mutation,
  optional,
  ref,
  text,
  timer,
  type Context,
} from '#kernel';
import { workAs } from '#kernel/work';
import { admit, assertOperator } from '#modules/platform/identity';
import { customsOf, Tenant, type TenantRow } from '#modules/platform/settings';
import { User } from '#modules/platform/users';
import { foundTenant } from './found-tenant.operations.ts';
import { operatorIn, runtimeOf } from './runtime.operations.ts';
import { loadSamples } from './sample-data.operations.ts';
import { statusAfterSuspension, trialDays, trialEnd, trialLimits } from './trial.rules.ts';

/** Which tenant the operator means. */
export const tenantInput = ref('Tenant', { describes: 'Which tenant.' });

/** The state of a tenant, as the operator is told. The operator sees nothing else of it. */
export const tenantState = {
  tenant: text({ max: 40, describes: 'The id of the tenant.' }),
  status: choice(['TRIAL', 'ENDED', 'ACTIVE', 'SUSPENDED'], {
    named: 'TenantStatus',
    describes: 'Where it is in its life.',
  }),
};

const stateOf = ({ id, status }: TenantRow) => ({ tenant: id, status });

export const createTrialTenant = mutation('createTrialTenant', {
  describes:
    'Makes a tenant to try the product with: an owner who is invited, the usual settings, sample data, limits and an end. Afterwards everything reads and nothing writes until it is converted. For the operator, or the operator’s sign-up page with a key that may only this.',
  needs: 'tenant.createTrial',
  input: {
    name: text({ min: 1, max: 120, describes: 'What people call the tenant.' }),
    ownerName: text({ min: 1, max: 120, describes: 'Who tries it.' }),
    ownerEmail: email({ describes: 'Where the invitation goes.' }),
    country: text({
      min: 2,
      max: 2,
      pattern: /^[A-Z]{2}$/,
      describes: 'ISO 3166-1 alpha-2; settles currency, time zone and language where they are not said.',
    }),
    currency: optional(text({ min: 3, max: 3, describes: 'ISO 4217.' })),
    timeZone: optional(text({ max: 60, describes: 'IANA name.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'Its language.' })),
    days: defaulted(integer({ min: 1, max: trialDays.most, describes: 'How long it lasts.' }), trialDays.usual),
    sampleData: defaulted(boolean({ describes: 'Whether there is something to look at.' }), true),
  },
  returns: {
    ...tenantState,
    trialEndsAt: dateTime({ describes: 'When the trial ends.' }),
    owner: text({ max: 40, describes: 'The id of the owner.' }),
  },
  async run({ name, ownerName, ownerEmail, country, days, sampleData, ...said }, context) {
    assertOperator(context);
    const runtime = runtimeOf(context);
    const { currency, timeZone, locale } = { ...customsOf(country), ...said };
    const trialEndsAt = trialEnd(context.clock.instant(), days);
    const owner = await foundTenant(runtime, {
      id: await trialId(context, name, ownerEmail),
      values: { name, country, currency, timeZone, locale, status: 'TRIAL', trialEndsAt, limits: trialLimits },
      owner: { name: ownerName, email: ownerEmail },
    });
    if (sampleData) await loadSamples(runtime, owner);
    return { tenant: owner.tenant, status: 'TRIAL' as const, trialEndsAt, owner: owner.id };
  },
});

/** Who presses the button twice, or whose request was cut, gets the same trial: one a day for a name and an address. */
const trialId = async ({ ports, clock }: Context, name: string, address: string): Promise<string> =>
  derivedId('ten', await ports.secrets.get('idempotency'), [
    'trial',
    name.toLowerCase(),
    address.toLowerCase(),
    clock.today(),
  ]);

/** Changes a tenant from outside it, in a unit of work of that tenant. */
export const changeTenant = async (
  context: Context,
  id: string,
  name: string,
  change: (row: TenantRow, inside: Context) => TenantRow,
) => {
  assertOperator(context);
  return workAs(runtimeOf(context), operatorIn(id, context.actor), name, async (inside) =>
    stateOf(change(await inside.trusted(Tenant).get(id), inside)),
  );
};

export const convertTenant = mutation('convertTenant', {
  describes: 'Makes a subscription of a trial, ended or not: no end, no limits, nothing lost. For the operator.',
  needs: 'tenant.convert',
  input: { tenant: tenantInput },
  returns: tenantState,
  run: ({ tenant }, context) =>
    changeTenant(context, tenant, 'convertTenant', (row, { trusted }) =>
      trusted(Tenant).move(row, 'ACTIVE', { trialEndsAt: null, limits: null }, { event: 'tenant.converted' }),
    ),
});

export const suspendTenant = mutation('suspendTenant', {
  describes: 'Keeps everybody of a tenant out, within a minute. Nothing is lost. For the operator.',
  needs: 'tenant.suspend',
  input: { tenant: tenantInput, reason: text({ min: 1, max: 300, describes: 'Why.' }) },
  returns: tenantState,
  run: ({ tenant, reason }, context) =>
    changeTenant(context, tenant, 'suspendTenant', (row, { trusted }) =>
      trusted(Tenant).move(row, 'SUSPENDED', { suspendedBecause: reason }),
    ),
});

export const resumeTenant = mutation('resumeTenant', {
  describes: 'Lets the people of a suspended tenant in again. For the operator.',
  needs: 'tenant.suspend',
  input: { tenant: tenantInput },
  returns: tenantState,
  run: ({ tenant }, context) =>
    changeTenant(context, tenant, 'resumeTenant', (row, { trusted, clock }) => {
      const status = statusAfterSuspension(row.trialEndsAt, clock.instant());
      return trusted(Tenant).move(row, status, { suspendedBecause: null }, { event: 'tenant.resumed' });
    }),
});

export const inviteOwner = mutation('inviteOwner', {
  describes:
    'Lets a further owner into a tenant that nobody can open any more: a lost last owner, a restored copy. For the operator.',
  needs: 'tenant.convert',
  input: {
    tenant: tenantInput,
    name: text({ min: 1, max: 120, describes: 'Who.' }),
    email: email({ describes: 'Where the invitation goes.' }),
  },
  returns: { ...tenantState, owner: text({ max: 40, describes: 'The id of the owner.' }) },
  async run({ tenant, name, email: address }, context) {
    assertOperator(context);
    return workAs(runtimeOf(context), operatorIn(tenant, context.actor), 'inviteOwner', async (inside) => {
      const row = await inside.trusted(Tenant).get(tenant);
      if (await inside.trusted(User).findUnique('email', address))
        throw new DomainError('NOT_UNIQUE', 'Another User has this email.', ['email']);
      const owner = await admit(inside, { name, email: address, roles: ['owner'] });
      return { ...stateOf(row), owner: owner.id };
    });
  },
});

export const endTrials = timer(Tenant, {
  describes: 'When a trial is over, everything reads and nothing writes.',
  evenPaused: true,
  run: (row, { trusted }) => {
    trusted(Tenant).move(row, 'ENDED');
    return Promise.resolve();
  },
});
