// What is on a phone: the records that a person owns, those that nobody owns but one of the person's teams holds, and
// those delegated to the person.
import { createHash } from 'node:crypto';
import { scopeOf, type Actor, type DomainEvent } from '#kernel';

type Held = { readonly ownerId?: unknown; readonly teamId?: unknown };

/** Whether a record with these holders is the actor's to carry. */
export const isMine = (actor: Actor, { ownerId, teamId }: Held): boolean =>
  typeof ownerId === 'string' ? ownerId === actor.userId : typeof teamId === 'string' && actor.teams.includes(teamId);

/** Whether the record was the actor's before or after this event. */
export const wasMine = (actor: Actor, { data = {}, changed }: Pick<DomainEvent, 'data' | 'changed'>): boolean =>
  isMine(actor, data) || isMine(actor, before(data, changed));

const before = (data: Readonly<Record<string, unknown>>, changed: DomainEvent['changed']): Held => ({
  ownerId: changed['ownerId'] ? changed['ownerId'].from : data['ownerId'],
  teamId: changed['teamId'] ? changed['teamId'].from : data['teamId'],
});

/** Differs when the actor may see other records or fields than before: then what the phone holds cannot be mended by events. */
export const reachOf = (actor: Actor, types: readonly string[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        actor.userId,
        [...actor.teams].sort(),
        [...actor.granted].sort(),
        types.map((type) => [type, scopeOf(actor, type, 'read')]),
        [...actor.rules.hiddenFields].sort(),
      ]),
    )
    .digest('base64url')
    .slice(0, 16);
