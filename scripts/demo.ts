// npm run demo: a day in the life of a seller on the running local cloud; starts one for the time of it when none answers.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { askAs, signIn } from './day/ask.ts';
import { liveADay } from './day/day-in-the-life.ts';

type Places = {
  readonly graphql: string;
  readonly graphiql: string;
  readonly mailbox: string;
  readonly signIn: string;
};

/** Where `npm start` listens when its ports are not set one by one. */
const usualPlaces = (): Places => {
  const first = Number(process.env['LAZO_PORT'] ?? '4000');
  const at = (distance: number): string => `http://127.0.0.1:${String(first + distance)}`;
  return { graphql: `${at(0)}/graphql`, graphiql: `${at(0)}/graphiql`, mailbox: at(2), signIn: at(3) };
};

const answers = async ({ signIn: issuer }: Places): Promise<boolean> => {
  try {
    return (await fetch(`${issuer}/.well-known/openid-configuration`)).ok;
  } catch {
    return false;
  }
};

/** A local cloud of our own, and where it listens. */
const startCloud = async (): Promise<{ readonly child: ChildProcess; readonly places: Places }> => {
  console.log('No local cloud answers here; starting one.');
  const child = spawn(process.execPath, ['--import', './scripts/host.js', 'infra/local/start.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) return { child, places: JSON.parse(line.slice('ready '.length)) as Places };
  }
  throw new Error('The local cloud ended before it was ready.');
};

const live = async (places: Places, stays: boolean): Promise<void> => {
  const tokenOf = (role: string) => signIn(places.signIn, `${role}@demo.lazo.test`, `demo-${role}`);
  const day = await liveADay({
    seller: askAs(places.graphql, await tokenOf('seller')),
    administrator: askAs(places.graphql, await tokenOf('administrator')),
    say: (what, detail = '') => {
      console.log(`${what.padEnd(34)} ${detail}`);
    },
    now: new Date(),
    mark: String(Date.now()).slice(-7),
  });
  if (!stays) return;
  const query = `{ account360(id: "${day.account.id}") { account { name } contacts { name phone } opportunities { name stage } } }`;
  console.log(`\nSee for yourself: sign in at ${places.graphiql} as seller@demo.lazo.test (demo-seller) and ask`);
  console.log(`  ${query}`);
  console.log(`Mail that was sent is at ${places.mailbox}.`);
};

const usual = usualPlaces();
const started = (await answers(usual)) ? undefined : await startCloud();
try {
  await live(started?.places ?? usual, !started);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  started?.child.kill('SIGTERM');
}
