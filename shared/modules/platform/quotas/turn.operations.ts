import { derivedId, type Context } from '#kernel';
import { fullnessAt, nextSlot, type Pace } from './pace.rules.ts';
import { SendingLine } from './sending-line.entity.ts';

const told = { full: 'sendingLine.filled', nearlyFull: 'sendingLine.nearlyFilled' } as const;

/** The next turn in a line: a moment that nobody else has, kept in the caller's write. */
export const turnIn = async (context: Context, kind: string, pace: Pace, now: string): Promise<string> => {
  const id = derivedId(SendingLine.idPrefix, 'sending-line', [context.actor.tenant, kind]);
  const lines = context.trusted(SendingLine);
  const line = await lines.find(id);
  const next = nextSlot(line, pace, now, context.actor.timeZone);
  const fullness = fullnessAt(line, next, pace, context.clock.today());
  const as = fullness ? { event: told[fullness] } : { aside: true };
  if (line) lines.update(line, { ...next, perDay: pace.perDay ?? null }, as);
  else
    lines.create(
      { kind, ...next, ...(pace.perDay !== undefined && { perDay: pace.perDay }) },
      { id, ...(fullness && as) },
    );
  return next.slotAt;
};
