// docs/reference/events.md: what happens to records, and what the world is told of it.
import { eventTypesOf, type Registry } from '#kernel';
import { code, linkTo, page, table } from './markdown.ts';

const contract = `Every version of every record is exactly one event, with its most specific verb. It is in the record's ${code('history')}, in the
tenant's feed, and on the EventBridge bus ${code('crm')} with ${code('source: lazo.crm')} and the type as ${code('detail-type')}. Rules of partners must
match ${code('detail.tenant')}. Within a ${code('schemaVersion')} the contract only grows.`;

const detail: readonly (readonly [string, string])[] = [
  ['id', 'Of the event; a consumer that has seen it has nothing to do.'],
  ['tenant', 'Whose it is.'],
  ['type', 'As below.'],
  ['schemaVersion', 'Of this contract.'],
  ['at', 'When, ISO 8601 in UTC.'],
  ['actor', 'The id of the user or key; `system:<what>` for the product’s own work.'],
  ['record', '`{type, id, version}` of the record as the event left it.'],
  ['data', 'The record after the event, without sensitive fields.'],
  ['dataOmitted', '`true` when the record is too large to be carried (200 KB); read it by its id.'],
  ['changed', 'By field: `{from, to}`.'],
  ['sequence, shard', 'Place in one of the 8 shards of the tenant’s feed: dense, from 1.'],
  ['correlationId', 'Shared by all events of one operation and of what follows from it.'],
  ['causationId', 'The event that this one follows from.'],
  ['silent', '`true` in mass imports: nothing is sent outside for it.'],
];

/** The page. */
export const eventsPage = (registry: Registry): string =>
  page('Events', [
    contract,
    '## Contract',
    table(
      ['Field of `detail`', 'What it says'],
      detail.map(([name, says]) => [name.split(', ').map(code).join(', '), says]),
    ),
    '## Types',
    table(
      ['Type', 'Of', 'Happens when'],
      [...registry.entities.values()].flatMap((of) =>
        eventTypesOf(registry, of).map(({ type, happens }) => [code(type), linkTo(of.name, 'entities.md'), happens]),
      ),
    ),
    '## Who listens',
    'Inside the product. Each runs once for each event, as a unit of work of its own.',
    table(
      ['Reaction', 'To', 'What it does'],
      registry.reactions.map(({ name, on, describes }) => [code(name), on.map(code).join(', '), describes]),
    ),
  ]);
