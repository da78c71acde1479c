import type { Context } from '#kernel';
import { readThreadAddress, threadAddress, type ThreadTarget } from '#modules/platform/mail-out';

/** The address at which mail about a record, a conversation or an address of ours comes in; nobody else can make it. */
export const inboxOf = async ({ ports, actor }: Pick<Context, 'ports' | 'actor'>, record: string): Promise<string> =>
  threadAddress(await ports.secrets.get('signing'), { tenant: actor.tenant, record }, ports.addresses.mailDomain());

/** What addresses are about; those that are not ours, or forged, are left out. */
export const targetsOf = async (
  { secrets, addresses }: Pick<Context['ports'], 'secrets' | 'addresses'>,
  among: readonly string[],
): Promise<readonly (ThreadTarget & { readonly address: string })[]> => {
  const secret = await secrets.get('signing');
  return [...new Set(among.map((address) => address.trim().toLowerCase()))].flatMap((address) => {
    const target = readThreadAddress(secret, address, addresses.mailDomain());
    return target ? [{ ...target, address }] : [];
  });
};
