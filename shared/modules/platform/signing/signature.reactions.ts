import { timer } from '#kernel';
import { bySystem, noteEvent } from './chain.operations.ts';
import { Signature } from './signature.entity.ts';

export const expireSignature = timer(Signature, {
  describes: 'Ends a request that nobody signed in time.',
  run: (signature, context) => {
    const noted = noteEvent(context, signature, 'EXPIRED', bySystem);
    context.trusted(Signature).move(noted, 'EXPIRED', { endedAt: context.clock.instant() });
    return Promise.resolve();
  },
});
