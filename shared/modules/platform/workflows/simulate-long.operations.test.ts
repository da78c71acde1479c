import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { fileKey } from '#modules/platform/files';
import { runJob, type JobRow } from '#modules/platform/jobs';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { nextJobMessage, workOff } from '#test/support/jobs';
import { startWorkflowing, type Workflowing } from '#test/support/workflows';

type Report = { readonly counts: Readonly<Record<string, number>>; readonly digest: string };

const tenanted = withTenantTable();
let world: Workflowing;
const from = '2026-11-22T00:00:00.000Z';
const at = (hours: number): string =>
  new Date(Date.parse('2026-11-22T15:00:00.000Z') + hours * 3_600_000).toISOString();
const run = <Row = AnyRow>(name: string, input: object) =>
  world.domain.run<Row>(name, input as Record<string, unknown>, world.boss);
const mail = {
  key: 'MAIL',
  kind: 'mailCustomer',
  input: { subject: { es: 'Hola {record.name}', en: 'Hello' }, body: { es: '-', en: '-' } },
};
const stay = { key: 'WAIT', kind: 'waitFor', input: { amount: 20, unit: 'DAYS' } };

describe('a simulation of a long period', () => {
  const hourly = { trigger: { kind: 'SCHEDULE', at: from, rule: 'FREQ=HOURLY' } };
  /** More moments than one piece may have; runs and waits lie across its end. */
  const draft = { of: 'Account', ...hourly, steps: [mail, stay] };
  const begin = () => run('startSimulation', { draft, from, to: at(24 * 50) });
  const jobOf = async (id: string) =>
    (await world.domain.reader().trusted(world.domain.registry.entity('Job')).get(id)) as unknown as JobRow;
  const reportOfJob = async ({ result }: JobRow): Promise<Report> => {
    const { actor, ports } = world.domain.reader();
    const body = await ports.files.get(fileKey(actor.tenant, String(result?.['file'])));
    return JSON.parse(Buffer.from(body ?? []).toString()) as Report;
  };
  const worlds = async () =>
    (await world.domain.runtime.ports.files.list('')).filter(({ key }) => key.includes('/simulations/'));

  const deliver = (asked: { tenant: string; job: string } | undefined, turn: number, hasTime = true) =>
    runJob(world.domain.runtime, {
      ...(asked ?? { tenant: '', job: '' }),
      ...{ message: 'm', turn, isLastTry: false, hasTime: () => hasTime },
    });

  beforeEach(async () => {
    world = await startWorkflowing({ table: tenanted.table, tenant: tenanted.tenant });
    for (const name of ['Sol', 'Mar']) await run('createAccount', { name, email: `${name}@example.com` });
    await world.domain.settle();
    world.domain.clock.set(at(24 * 50));
  });

  it('is a job in pieces, which tells how far it is and leaves the whole report as a file', async () => {
    const input = {
      draft: { of: 'Account', trigger: { kind: 'EVENT', on: 'account.created' }, steps: [mail] },
      from,
      to: at(24),
    };
    const { id } = await run('startSimulation', input);
    await workOff(world.domain);
    const done = await jobOf(id);
    const { digest, counts } = await run<Report>('simulateWorkflow', input);
    expect(done).toMatchObject({ status: 'COMPLETED', total: done.done, counts: { unchanged: counts['events'] } });
    expect(done.result).toMatchObject({ digest, matched: 2, mails: 2, isComplete: true });
    expect(await reportOfJob(done)).toMatchObject({ digest, counts });
    expect(await failure(run('startSimulation', { ...input, to: at(24 * 51) }))).toBe('BAD_INPUT');
  });

  it('goes on after a crash wherever it was, to the same report, byte for byte', async () => {
    const { id } = await begin();
    await workOff(world.domain);
    const quiet = await jobOf(id);
    expect(quiet).toMatchObject({
      status: 'COMPLETED',
      pages: 2,
      result: { isComplete: true, started: 6, matched: 2400 },
    });
    const { files } = world.domain.runtime.ports;
    let fatal = { write: 0, after: false };
    const put: typeof files.put = async (...written) => {
      fatal.write -= 1;
      if (fatal.write !== 0 || fatal.after) await files.put(...written);
      if (fatal.write === 0) throw new Error('The worker died.');
    };
    Object.assign(world.domain.runtime.ports, { files: { ...files, put } });
    const other = await begin();
    const asked = nextJobMessage(world.domain);
    let turn = 0;
    // In the first piece, at the beginning of the second, and when the report is there but nobody has noted it.
    for (const write of [1, 2, 3])
      for (const after of [false, true]) {
        fatal = { write, after };
        await expect(deliver(asked, (turn += 1))).rejects.toThrow('The worker died.');
      }
    await deliver(asked, turn + 1);
    await world.domain.settle();
    expect((await jobOf(other.id)).result).toMatchObject({ digest: quiet.result?.['digest'] });
    expect(JSON.stringify(await reportOfJob(await jobOf(other.id)))).toBe(JSON.stringify(await reportOfJob(quiet)));
  });

  it('can be cancelled between two pieces, and leaves nothing behind', async () => {
    const { id } = await begin();
    await deliver(nextJobMessage(world.domain), 1, false);
    expect(await jobOf(id)).toMatchObject({ status: 'RUNNING', pages: 1 });
    expect(await worlds()).not.toEqual([]);
    await run('cancelJob', { id });
    await world.domain.settle();
    expect(await jobOf(id)).toMatchObject({ status: 'CANCELLED', pages: 1 });
    expect(await worlds()).toEqual([]);
  });
});
