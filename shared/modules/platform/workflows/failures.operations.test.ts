import { describe, expect, it } from '@jest/globals';
import { json, list, object, text, type AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { create, http, outcomes, rename, withRuns } from '#test/support/workflow-runs';
import { concealed, concealedValue } from './concealing.rules.ts';

const on = withRuns();

const archive = (key: string, of: string) => ({
  ...{ key, kind: 'operation', input: { operation: 'archiveAccount', input: { id: { $: `steps.${of}.id` } } } },
});
const refuses = {
  key: 'REFUSED',
  kind: 'operation',
  input: { operation: 'archiveAccount', input: { id: { $: 'input.none', or: 'acc_00000000000000000000000000' } } },
};

/** What somebody was told of failed runs. */
const failuresTold = async (of: string): Promise<readonly AnyRow[]> => {
  const { domain } = on.world;
  const { rows } = await domain
    .reader()
    .trusted(domain.registry.entity('Notification'))
    .page('byUser', { of, first: 9 });
  return rows.filter(({ kind }) => kind === 'workflow.failed');
};

describe('a step that fails', () => {
  it('is told to the person of the key that published the workflow', async () => {
    const { domain, boss, publish } = on.world;
    const { apiKey } = await domain.run<{ apiKey: AnyRow }>('createApiKey', { name: 'Partner' }, boss);
    const plan = { name: 'Of a key', of: 'Account', trigger: { kind: 'MANUAL' }, steps: [refuses] };
    const workflow = await publish(plan, { ...boss, id: apiKey.id });
    expect(await on.begun(workflow, await on.account('Sol'))).toMatchObject({ status: 'FAILED' });
    expect(await failuresTold(boss.id)).toHaveLength(1);
  });

  it('ends the run with the reason, writes nothing of itself, and is done when the run is asked to go on', async () => {
    const workflow = await on.make([
      create('MAKE', 'Hecho'),
      rename('NAME', '{input.name}'),
      { key: 'TELL', kind: 'notify', input: { to: [on.world.boss.id], title: 'x' } },
    ]);
    const sol = await on.account('Sol');
    const run = await on.begun(workflow, sol, { name: 'n'.repeat(500) });
    expect(run).toMatchObject({ status: 'FAILED', step: 'NAME', code: 'BAD_INPUT' });
    expect(run.problem).toMatch(/^name: /);
    expect(outcomes(run)).toEqual(['MAKE DONE', 'NAME FAILED']);
    expect(run.decisions[1]?.input).toEqual({ values: { name: 'n'.repeat(500) } });
    expect(await failuresTold(on.world.boss.id)).toHaveLength(1);
    expect(await failure(on.world.domain.run('retryWorkflowRun', { id: run.id, version: 1 }, on.world.boss))).toBe(
      'STALE_VERSION',
    );
    const seller = on.world.domain.actor({
      rules: { ...on.world.boss.rules, entities: { '*': { read: 'own' } }, operations: ['workflow.start'] },
    });
    expect(await failure(on.world.domain.run('retryWorkflowRun', { id: run.id, version: run.version }, seller))).toBe(
      'FORBIDDEN',
    );
    await on.world.domain.run('retryWorkflowRun', { id: run.id, version: run.version }, on.world.boss);
    await on.world.work();
    const again = await on.world.run(run.id);
    expect(outcomes(again)).toEqual(['MAKE DONE', 'NAME FAILED', 'NAME RESUMED', 'NAME FAILED']);
    expect(again.decisions.filter(({ step }) => step === 'MAKE')).toHaveLength(1);
  });

  it('goes to its refuge, or takes back what was done, the last first', async () => {
    const sol = await on.account('Sol');
    const safe = await on.make([
      { ...refuses, onError: { retries: 0, to: 'REFUGE' }, next: 'END' },
      rename('REFUGE', 'A salvo'),
    ]);
    expect(outcomes(await on.begun(safe, sol))).toEqual(['REFUSED FAILED', 'REFUGE DONE']);
    expect(await on.named(sol.id)).toBe('A salvo');
    const undone = await on.make([
      create('FIRST', 'Uno', { undoneBy: 'DROP_FIRST' }),
      create('SECOND', 'Dos', { undoneBy: 'DROP_SECOND' }),
      { ...refuses, next: 'END' },
      archive('DROP_FIRST', 'FIRST'),
      archive('DROP_SECOND', 'SECOND'),
    ]);
    const run = await on.begun(undone, sol);
    expect(run).toMatchObject({ status: 'FAILED', code: 'NOT_FOUND' });
    expect(outcomes(run)).toEqual([
      'FIRST DONE',
      'SECOND DONE',
      'REFUSED FAILED',
      'DROP_SECOND COMPENSATED',
      'DROP_FIRST COMPENSATED',
    ]);
    expect(
      await failure(on.world.domain.run('retryWorkflowRun', { id: run.id, version: run.version }, on.world.boss)),
    ).toBe('COMPENSATED');
  });

  it('takes back each item of a list that was done', async () => {
    const workflow = await on.make([
      { key: 'EACH', kind: 'forEach', input: { over: { $: 'input.names' }, body: 'MAKE' }, next: 'REFUSED' },
      create('MAKE', '{item}', { undoneBy: 'DROP', next: 'EACH' }),
      { ...refuses, next: 'END' },
      archive('DROP', 'MAKE'),
    ]);
    const run = await on.begun(workflow, await on.account('Sol'), { names: ['Ana', 'Ben'] });
    expect(outcomes(run).slice(-2)).toEqual(['DROP COMPENSATED', 'DROP COMPENSATED']);
    const made = run.decisions.filter(({ step }) => step === 'MAKE').map(({ output }) => (output as AnyRow).id);
    const accounts = await on.world.domain.reader().trusted(on.world.domain.registry.entity('Account')).getMany(made);
    expect([...accounts.values()].map(({ archivedAt }) => archivedAt !== undefined)).toEqual([true, true]);
  });

  it('outside is tried again with growing pauses under one key, and its answer is used', async () => {
    const sol = await on.account('Sol');
    on.answers = [new Error('nobody'), 503];
    const workflow = await on.make([
      http('CALL', { onError: { retries: 2, afterSeconds: 60 } }),
      rename('NAME', '{steps.CALL.body.name} {steps.CALL.status}'),
    ]);
    const waiting = await on.begun(workflow, sol);
    expect(waiting).toMatchObject({ status: 'WAITING', waitsFor: 'RETRY', attempts: 1 });
    await on.later(2);
    expect(on.calls).toHaveLength(2);
    await on.later(2);
    await on.later(2);
    expect(await on.named(sol.id)).toBe('Llamado 200');
    expect(on.calls.map(({ request }) => request.body)).toEqual(
      Array.from({ length: 3 }, () => JSON.stringify({ id: sol.id })),
    );
    expect(new Set(on.calls.map(({ request }) => request.headers?.['idempotency-key'])).size).toBe(1);
    on.answers = [400];
    const mar = await on.account('Mar');
    expect(await on.begun(workflow, mar)).toMatchObject({ status: 'FAILED', code: 'REFUSED' });
  });

  it('sends secrets that neither definition nor history shows', async () => {
    await on.world.domain.run('createWorkflowSecret', { name: 'ERP', value: 's3cret$$$&' }, on.world.boss);
    const input = { url: 'https://erp.test', headers: { authorization: 'Bearer {secret.ERP}' } };
    const workflow = await on.make([{ key: 'CALL', kind: 'http', input }]);
    const run = await on.begun(workflow, await on.account('Sol'));
    expect(on.calls[0]?.request.headers?.['authorization']).toBe('Bearer s3cret$$$&');
    expect(JSON.stringify(run)).not.toContain('s3cret');
    const endpoint = { name: 'ERP', url: 'https://erp.test/in', eventTypes: ['account.*'] };
    const telling = await on.make([
      { key: 'KEY', kind: 'operation', input: { operation: 'createWebhookEndpoint', input: endpoint } },
    ]);
    const { decisions } = await on.begun(telling, await on.account('Mar'));
    expect(decisions).toMatchObject([{ outcome: 'DONE' }]);
    expect(decisions[0]?.output).toEqual({ endpoint: expect.stringMatching(/^whe_/) });
    const certificate = { id: 'sri_00000000000000000000000000', file: 'MIIBase64', password: { $: 'input.password' } };
    const certifying = await on.make([
      { key: 'SIGN', kind: 'operation', input: { operation: 'uploadSriCertificate', input: certificate } },
    ]);
    const failed = await on.begun(certifying, await on.account('Luna'), { password: 's3cret' });
    expect(failed.decisions[0]).toMatchObject({ outcome: 'FAILED', problem: expect.stringContaining('NOT_FOUND') });
    expect(failed.decisions[0]?.input).toEqual({
      operation: 'uploadSriCertificate',
      input: { id: certificate.id, file: concealedValue, password: concealedValue },
    });
  });
});

describe('what a history keeps of an input', () => {
  it('is all of it but the values of sensitive fields, wherever they lie', () => {
    const secret = text({ sensitive: true });
    const fields = {
      name: text(),
      pin: secret,
      cards: list(object('Card', { code: secret, of: text() })),
      any: json(),
    };
    const cards = [{ code: '1', of: 'x' }];
    expect(concealed(fields, { name: 'n', pin: '1', cards, any: { pin: '2' }, more: 3 })).toEqual({
      ...{ name: 'n', pin: concealedValue, cards: [{ code: concealedValue, of: 'x' }], any: { pin: '2' }, more: 3 },
    });
  });
});

describe('a run that would never end', () => {
  it('is stopped when runs cause one another, and kept for people to see, once', async () => {
    await on.make([rename('NAME', '{record.name}x')], {
      trigger: { kind: 'EVENT', on: 'account.updated' },
      mostPerHour: 5,
    });
    const sol = await on.account('Sol');
    await on.world.domain.run('updateAccount', { id: sol.id, version: 1, name: 'Sol 2' }, on.world.boss);
    await on.world.work();
    const runs = (await on.world.runsOf(sol.id)).toSorted((a, b) => a.depth - b.depth);
    expect(runs.map(({ status }) => status)).toEqual([...Array.from({ length: 5 }, () => 'COMPLETED'), 'FAILED']);
    expect(runs.at(-1)).toMatchObject({ code: 'LOOP_GUARD' });
    expect(runs.map(({ depth }) => depth)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('has no more rights than whoever published it, and none when that one has gone', async () => {
    const [sol, luna] = [await on.account('Sol'), await on.account('Luna')];
    const workflow = await on.make([rename('NAME', 'Nuevo')]);
    expect(await on.begun(workflow, sol)).toMatchObject({ status: 'COMPLETED' });
    const waits = await on.make([
      { key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'HOURS' } },
      rename('NAME', 'Tarde'),
    ]);
    const run = await on.begun(waits, luna);
    const other = await on.world.domain.run<AnyRow>('inviteUser', {
      ...{ name: 'Otra', email: 'otra@acme.test', roles: ['administrator'] },
    });
    const { version } = await on.world.domain
      .reader()
      .trusted(on.world.domain.registry.entity('User'))
      .get(on.world.boss.id);
    await on.world.domain.run('deactivateUser', { id: on.world.boss.id, version, handOverTo: other.id });
    await on.later(90);
    expect(await on.world.run(run.id)).toMatchObject({ status: 'FAILED', code: 'PUBLISHER_GONE' });
    expect(await on.named(luna.id)).toBe('Luna');
  });
});
