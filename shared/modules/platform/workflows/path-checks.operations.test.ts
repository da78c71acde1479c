import { expect, it } from '@jest/globals';
import { DomainError } from '#kernel';
import { rename, withRuns } from '#test/support/workflow-runs';

const on = withRuns();
const stop = (key: string, more: object = {}) => ({ key, kind: 'stop', ...more });
/** What a definition gets wrong: codes and where they lie. */
const wrong = async (steps: readonly object[], more: object = {}): Promise<readonly string[]> => {
  const refused = await on.make(steps, more).catch((error: unknown) => error);
  return refused instanceof DomainError
    ? refused.problems.map(({ code, path = [] }) => `${code} ${path.join('.')}`)
    : [];
};
const operation = (input: object) =>
  wrong([{ key: 'A', kind: 'operation', input: { operation: 'createAccount', input } }]);

it('a definition is refused whose values come from where a run will know nothing', async () => {
  const paths = ['record.owner.name', 'event.type', 'item', 'run.nope', 'steps.B.id', 'steps.A.id', 'input.any.thing'];
  expect(await Promise.all(paths.map((path) => operation({ name: `{${path}}` })))).toEqual([
    ...Array.from({ length: 4 }, () => ['UNKNOWN_FIELD steps.0.input.input.name']),
    ...[['UNKNOWN_STEP steps.0.input.input.name'], [], []],
  ]);
  const onEvent = { trigger: { kind: 'EVENT', on: 'account.updated' } };
  expect(await wrong([rename('A', '{event.nope} {event.type}')], onEvent)).toEqual([
    'UNKNOWN_FIELD steps.0.input.values.name',
  ]);
  expect(await wrong([stop('A', { routes: [{ value: 'stps.x', is: ['1'], to: 'END' }] })])).toEqual([
    'BAD_INPUT steps.0.routes.0.value',
  ]);
  const each = { key: 'A', kind: 'forEach', input: { over: { $: 'record.name' }, body: 'B' }, next: 'END' };
  expect(await wrong([each, stop('B')])).toEqual(['WRONG_KIND steps.0.input.over']);
  const { id: segment } = await on.account('Sol');
  expect(await wrong([stop('A')], { trigger: { kind: 'SEGMENT', segment } })).toEqual(['BAD_INPUT trigger.segment']);
});

it('a definition is refused that names secrets and templates that there are not', async () => {
  const call = { url: 'https://erp.test', headers: { authorization: 'Bearer {secret.ERP}' } };
  const mail = { to: ['a@b.test'], template: 'nope' };
  expect(
    await wrong([
      { key: 'A', kind: 'http', input: call },
      { key: 'B', kind: 'mail', input: mail },
    ]),
  ).toEqual(['NO_SECRET steps.0.input.headers', 'TEMPLATE_NOT_FOUND steps.1.input.template']);
  const open = { url: call.url, headers: { 'X-Api-Key': 's3cret', accept: 'text/csv' } };
  expect(await wrong([{ key: 'A', kind: 'http', input: open }])).toEqual(['BAD_INPUT steps.0.input.headers.X-Api-Key']);
  await on.world.domain.run('createWorkflowSecret', { name: 'ERP', value: 's3cret' }, on.world.boss);
  expect(await wrong([{ key: 'A', kind: 'http', input: call }])).toEqual([]);
});
