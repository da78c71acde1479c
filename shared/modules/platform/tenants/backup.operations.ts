import {
  boolean,
  dateTime,
  defaulted,
  DomainError,
  integer,
  isId,
  list,
  mutation,
  object,
  optional,
  query,
  ref,
  text,
  url,
  type Context,
} from '#kernel';
import { rowKey } from '#kernel/rows';
import { assertOperator } from '#modules/platform/identity';
import { Job, startJob } from '#modules/platform/jobs';
import { operatorTenant } from '#modules/platform/settings';
import { backupFolder, backupTenant as backup, readManifest } from './backup.jobs.ts';
import { restoreTenant as restore } from './restore.jobs.ts';

const whichTenant = optional(ref('Tenant', { describes: 'Which tenant, for the operator; the own one otherwise.' }));

/** The tenant that is spoken of: the operator's choice, everybody else's own. */
const tenantMeant = ({ actor }: Context, tenant: string | undefined): string => {
  if (tenant !== undefined && tenant !== actor.tenant) assertOperator({ actor });
  const meant = tenant ?? actor.tenant;
  if (meant === operatorTenant) throw new DomainError('BAD_INPUT', 'Say which tenant.', ['tenant']);
  return meant;
};

export const backupTenant = mutation('backupTenant', {
  describes:
    'Writes everything that a tenant has to files, by a job: records with all their versions, counters, hashes of API keys, stored files. Not in it: read models, which follow from the records; idempotency keys of the last week; accounts at the sign-in service. Records that change meanwhile are fetched again until the tenant is quiet, four times at most.',
  needs: 'tenant.backup',
  input: { tenant: whichTenant },
  returns: Job,
  run: ({ tenant }, context) => Promise.resolve(startJob(context, backup, { tenant: tenantMeant(context, tenant) })),
});

export const restoreTenant = mutation('restoreTenant', {
  describes:
    'Makes a new tenant of a backup, by a job. Without `admits` it is a copy to look into: nobody comes in but by `inviteOwner`, and no timer runs. With it, its users may sign in and its timers go on, as it must be when the old tenant is gone. API keys name their tenant, so they must be made anew. Whom the old tenant has forgotten since is forgotten here too. For the operator.',
  needs: 'tenant.restore',
  input: {
    tenant: text({ max: 40, describes: 'The tenant in whose folder the backup lies.' }),
    backup: text({ max: 40, describes: 'The backup: the id of its job.' }),
    admits: defaulted(boolean({ describes: 'Whether it takes the place of the old one.' }), false),
    catchesUp: defaulted(
      boolean({
        describes:
          'Whether what happened in the old tenant after the backup comes along, from its records and log: nothing that was acknowledged is lost. Only while the old tenant is there.',
      }),
      false,
    ),
    name: optional(text({ min: 1, max: 120, describes: 'Another name than before.' })),
  },
  returns: {
    tenant: text({ max: 40, describes: 'The id of the new tenant.' }),
    job: ref('Job', { describes: 'The job.' }),
  },
  fails: ['BACKUP_NOT_FOUND', 'TENANT_GONE'],
  async run({ tenant, backup: id, admits, catchesUp, name }, context) {
    assertOperator(context);
    const folder = backupFolder(tenant, id);
    if (!isId(tenant, 'ten') || !isId(id) || !(await context.ports.files.head(`${folder}/manifest.json`))) {
      throw new DomainError('BACKUP_NOT_FOUND', 'There is no such backup, or it is not finished.', ['backup']);
    }
    if (catchesUp) await assertThere(context, (await readManifest(context.ports.files, folder)).tenant);
    const into = context.ids.next('ten');
    const job = startJob(context, restore, { folder, into, admits, catchesUp, ...(name !== undefined && { name }) });
    return { tenant: into, job: job.id };
  },
});

/** @throws TENANT_GONE */
const assertThere = async ({ ports }: Context, tenant: string): Promise<void> => {
  if (await ports.table.get(rowKey(tenant, tenant), { consistent: true })) return;
  throw new DomainError('TENANT_GONE', 'The old tenant is gone: the backup is all there is.', ['catchesUp']);
};

/** How long a link to a file of a backup holds. */
const linkSeconds = 900;

const backupFields = {
  backup: text({ max: 40, describes: 'Which backup: the id of its job.' }),
  at: dateTime({ describes: 'When it was finished.' }),
  name: text({ describes: 'What the tenant was called.' }),
  records: integer({ min: 0, describes: 'How many records were written.' }),
  items: integer({ min: 0, describes: 'How many items they have.' }),
  files: integer({ min: 0, describes: 'How many stored files lie beside them.' }),
  bytes: integer({ min: 0, max: 2 ** 50, describes: 'The size of those.' }),
  links: list(url(), {
    max: 10_000,
    describes: 'Where its manifest and its items can be fetched, for a quarter of an hour.',
  }),
};

export const backups = query('backups', {
  describes: 'The finished backups of a tenant, newest first, with links to their files.',
  needs: 'tenant.backup',
  input: { tenant: whichTenant },
  returns: { backups: list(object('TenantBackup', backupFields), { max: 100, describes: 'The newest hundred.' }) },
  async run({ tenant }, context) {
    const { files } = context.ports;
    const meant = tenantMeant(context, tenant);
    const stored = await files.list(`${meant}/backups/`);
    const finished = stored
      .filter(({ key }) => key.endsWith('/manifest.json'))
      .map(({ key }) => key.split('/')[2] ?? '');
    const newest = finished.sort().reverse().slice(0, 100);
    return { backups: await Promise.all(newest.map((id) => describeBackup(context, meant, id))) };
  },
});

const describeBackup = async ({ ports }: Context, tenant: string, id: string) => {
  const folder = backupFolder(tenant, id);
  const { at, name, records, items, files, bytes, parts } = await readManifest(ports.files, folder);
  const links = await Promise.all(
    ['manifest.json', ...parts].map((fileName) =>
      ports.files.downloadUrl(`${folder}/${fileName}`, { fileName, seconds: linkSeconds }),
    ),
  );
  return { backup: id, at, name, records, items, files: files.length, bytes, links };
};
