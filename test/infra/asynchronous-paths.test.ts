import { readFileSync } from 'node:fs';
import { beforeEach, expect, it } from '@jest/globals';
import { functions } from '#infra/wiring';
import { asynchronousOf, type Occasion, type PathName, type Place, type Rig } from '#test/support/asynchronous-paths';
import { dyingTable } from '#test/support/dying-table';
import { withTenantTable } from '#test/support/engine';
import { handingIn, ringing } from '#test/support/paths-by-hook';
import { firing, jobbing, reacting, working } from '#test/support/paths-inside';
import { reconciling, recording } from '#test/support/paths-of-rows';
import { declaring, feedback, hooking, mailing, receiving, texting } from '#test/support/paths-outside';

const tenanted = withTenantTable();
const worker = dyingTable();
beforeEach(worker.revive);

type Path = readonly [name: PathName, what: string, start: (place: Place) => Rig | Promise<Rig>];

const paths: readonly Path[] = [
  ['record-events stream', 'rows', recording],
  ['record-events schedule', 'rows that the stream lost', reconciling],
  ['react bus', 'events', reacting],
  ['run-workflows bus', 'events', working],
  ['run-jobs queue', 'jobs', jobbing],
  ['run-due one-shots', 'timers', firing(false)],
  ['run-due schedule', 'timers that were missed', firing(true)],
  ['send-mail queue', 'mails', mailing],
  ['send-mail queue', 'messages', texting],
  ['mail-feedback bus', 'what the mail service says', feedback],
  ['deliver-webhooks bus', 'events for partners', hooking],
  ['receive-mail mail', 'mails from outside', receiving],
  ['send-electronic queue', 'electronic documents', declaring],
  ['public http', 'messages that providers hand in', handingIn],
  ['public http', 'calls that an exchange tells of', ringing],
];

/** The worker gets it and dies before its n-th effect, if it has so many. Answers whether it lived. */
const dying = async ({ deliver }: Occasion, effect: number): Promise<boolean> => {
  worker.dieAt(effect);
  try {
    await deliver();
  } catch (error) {
    if (!worker.isDead()) throw error;
  }
  const lived = !worker.isDead();
  worker.revive();
  return lived;
};

/** It comes again, as it does to all who do not acknowledge: to two workers at once and then, should both have failed, to one. */
const again = async ({ deliver, goOn }: Occasion, workers: 1 | 2): Promise<void> => {
  if (workers === 2) await Promise.allSettled([deliver(), deliver()]);
  await deliver();
  await goOn?.();
  await deliver();
};

/** Before each effect is also after the one before it; the one who lives dies before it can acknowledge. */
it.each(paths)(
  '%s: of %s nothing is lost and nothing doubled, wherever a worker dies',
  async (_name, _what, start) => {
    const rig = await start(tenanted);
    Object.assign(rig.domain.runtime.ports, worker.around(rig.domain.runtime.ports));
    let effect = 0;
    for (let lived = false; !lived;) {
      effect += 1;
      const occasion = await rig.occasion(effect);
      lived = await dying(occasion, effect);
      await again(occasion, lived ? 2 : 1);
      const outcome = await occasion.outcome();
      expect(rig.allowed.map((each) => ({ effect, outcome: each }))).toContainEqual({ effect, outcome });
    }
    expect(effect).toBeGreaterThan(1);
    await rig.stop?.();
  },
  60_000,
);

it('knows every function of the wiring that works while nobody waits, and so does the handbook', () => {
  const known = new Set([...asynchronousOf(functions), 'public http']);
  expect(new Set(paths.map(([name]) => name))).toEqual(known);
  const handbook = readFileSync(`${import.meta.dirname}/../../docs/faults.md`, 'utf8');
  expect(new Set(Array.from(handbook.matchAll(/^\| `([^`]+)`/gm), ([, name]) => name))).toEqual(known);
});
