import type { Context } from '#kernel';
import { File, fileKey } from '#modules/platform/files';
import { Tenant } from '#modules/platform/settings';
import type { Letterhead } from './document.rules.ts';

const plainColour = '#1f4b99';

/** The paper of the tenant: name, tax number, colours, logo. */
export const letterheadOf = async (context: Context): Promise<Letterhead> => {
  const tenant = await context.trusted(Tenant).find(context.actor.tenant);
  if (!tenant) return { name: 'CRM', primary: plainColour, accent: plainColour };
  const { name, legalName, taxId, colours } = tenant;
  const logo = tenant.logo === undefined ? undefined : await pictureOf(context, tenant.logo);
  const { primary = plainColour, accent = primary } = { ...colours };
  return {
    name,
    primary,
    accent,
    ...(legalName !== undefined && { legalName }),
    ...(taxId !== undefined && { taxId }),
    ...(logo && { logo }),
  };
};

/** The bytes of a stored picture; nothing while they have not arrived. */
export const pictureOf = async ({ trusted, ports, actor }: Context, id: string): Promise<Uint8Array | undefined> => {
  const file = await trusted(File).find(id);
  return file?.status === 'READY' ? ports.files.get(fileKey(actor.tenant, id)) : undefined;
};
