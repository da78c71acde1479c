// The process of the HTTP API: requests run here, background work in the parent, so that both cores are used. It ends
// when the parent ends, however that happens.
import { giveBackMemory } from '../give-back.ts';
import { useNewContainers } from '../containers.ts';
import { createInvoker, type Invoker } from '../invoke.ts';
import { offerToHandlers } from '../clock.ts';
import { answerPage, listenOnFirst, PortTaken, urlOf, type Answer, type Listener } from '../listen.ts';
import { logLine, surviveStrayRejections } from '../log.ts';
import { loadWiring, triggersOn, type Wiring } from '../wiring.ts';
import { serveApi } from './api.ts';
import { serveGraphiql, type GraphiqlOptions } from './graphiql.ts';
import { indexPage, type Link } from './index-page.ts';

/** What the parent says, in this order: listen, open, then the clock whenever it moves, close (and listen again), at last stop. */
export type FromParent =
  | { readonly say: 'listen'; readonly ports: readonly number[]; readonly root: string; readonly wiringFile: string }
  | { readonly say: 'environment'; readonly environment: Readonly<Record<string, string>>; readonly offset: number }
  | { readonly say: 'open'; readonly graphiql: GraphiqlOptions; readonly links: readonly Link[] }
  | { readonly say: 'clock'; readonly offset: number }
  | { readonly say: 'close' }
  | { readonly say: 'stop' };

/** What this process answers; each message of the parent has one answer. */
export type ToParent = { readonly done: FromParent['say']; readonly port?: number; readonly problem?: string };

type State = {
  wiring?: Wiring;
  invoker?: Invoker;
  listener?: Listener;
  graphiql?: GraphiqlOptions;
  links?: readonly Link[];
};

const state: State = {};

const listenOn = async ({ ports, root, wiringFile }: Extract<FromParent, { say: 'listen' }>): Promise<number> => {
  if (state.wiring) useNewContainers(root);
  state.wiring = await loadWiring(wiringFile);
  state.invoker = createInvoker(state.wiring, root);
  state.listener = await listenOnFirst(ports, serve(state.wiring, state.invoker));
  return state.listener.port;
};

const serve = (wiring: Wiring, invoker: Invoker): Answer => {
  const api = serveApi(wiring, invoker, logLine);
  const graphiql = serveGraphiql(() => state.graphiql ?? { key: '', signIn: '', clientId: '', hosts: [] });
  return (request, response) => {
    const { pathname } = urlOf(request);
    if (pathname === '/') return answerPage(response, indexPage(state.links ?? []));
    return pathname === '/graphiql' || pathname.startsWith('/graphiql/')
      ? graphiql(request, response)
      : api(request, response);
  };
};

const loadFunctions = async (): Promise<void> => {
  const { wiring, invoker } = state;
  if (!wiring || !invoker) return;
  for (const { functionName } of triggersOn(wiring, 'http')) {
    if (invoker.has(functionName)) await invoker.load(functionName);
    else logLine(`There is no function ${functionName} yet; its routes answer 500.`);
  }
};

const obey = async (message: FromParent): Promise<Pick<ToParent, 'port'>> => {
  switch (message.say) {
    case 'listen':
      return { port: await listenOn(message) };
    case 'environment':
      Object.assign(process.env, message.environment);
      offerToHandlers(message.offset);
      await loadFunctions();
      return {};
    case 'open':
      if (!state.links) giveBackMemory();
      state.graphiql = message.graphiql;
      state.links = message.links;
      return {};
    case 'clock':
      offerToHandlers(message.offset);
      return {};
    case 'close':
    case 'stop':
      await state.listener?.close();
      return {};
  }
};

process.on('message', (message: FromParent) => {
  const answer = (more: Pick<ToParent, 'port' | 'problem'>): void => {
    process.send?.({ done: message.say, ...more }, undefined, undefined, () => {
      if (message.say === 'stop') process.exit(0);
    });
  };
  obey(message).then(answer, (error: unknown) => {
    answer({ problem: problemOf(error) });
  });
});

/** A port that is taken is a sentence for a person; of all else, also where it happened. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof PortTaken ? error.message : (error.stack ?? error.message);
}

surviveStrayRejections();

process.on('disconnect', () => process.exit(0));

// Ctrl-C, and often a kill, reach every process of the tree; the parent says when to stop.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
