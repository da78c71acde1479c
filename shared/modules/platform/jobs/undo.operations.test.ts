import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { startMaking, type Making } from '#test/support/making-things';
import type { JobRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Making['domain'];
let begin: Making['begin'];
let read: Making['read'];
let things: Making['things'];
beforeEach(() => {
  ({ domain, begin, read, things } = startMaking(tenanted));
});

describe('undoing a job', () => {
  const undo = async (id: string) => {
    const { id: undoing } = await domain.run<JobRow>('undoJob', { id });
    await workOff(domain);
    return read(undoing);
  };

  it('archives what was made and leaves alone what was changed since', async () => {
    const { id } = await begin({ count: 12 });
    await workOff(domain);
    await domain.settle();
    const [first] = (await things()) as readonly AnyRow[];
    await domain.run('updateThing', { id: first?.id, version: 1, size: 9 });
    await domain.settle();
    expect(await undo(id)).toMatchObject({ status: 'COMPLETED', counts: { updated: 11, skipped: 1 } });
    expect((await things()).map((row) => row.id)).toEqual([first?.id]);
  });

  it('gives changed records their values back', async () => {
    await begin({ count: 12, size: 1 });
    await workOff(domain);
    const { id } = await begin({ count: 12, size: 2 });
    await workOff(domain);
    await domain.settle();
    expect(await read(id)).toMatchObject({ counts: { created: 0, updated: 12 } });
    await undo(id);
    expect((await things()).map(({ size }) => size)).toEqual(Array.from({ length: 12 }, () => 1));
  });
});
