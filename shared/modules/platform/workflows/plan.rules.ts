// What a workflow does, as data: the fields of its trigger, scope and steps.
import {
  boolean,
  choice,
  defaulted,
  integer,
  json,
  list,
  object,
  optional,
  ref,
  text,
  dateTime,
  type Filter,
  type Values,
} from '#kernel';

/** What starts a workflow. */
export const triggerKinds = ['EVENT', 'SCHEDULE', 'SEGMENT', 'MANUAL', 'WEBHOOK'] as const;
/** What may happen while a run of the same workflow on the same record goes on. */
export const concurrencies = ['SKIP', 'QUEUE', 'PARALLEL', 'RESTART'] as const;
/** What a special definition is for; the most specific first. */
export const scopeKinds = ['ACCOUNT', 'SEGMENT', 'TYPE'] as const;
/** Where a run ends instead of going on with a step. */
export const endKey = 'END';

/** A value that steps take: as it is, or mapped from what the run knows. */
export type Mapped = unknown;

const filter = (describes: string) => optional(json<Filter>({ describes }));
/** The key of a step. */
export const stepKey = (describes: string) => text({ max: 40, pattern: /^[A-Z][A-Z0-9_]*$/, describes });

const triggerFields = {
  kind: choice(triggerKinds, {
    named: 'WorkflowTriggerKind',
    describes:
      'An event, a timetable, a record that enters or leaves a segment, somebody by hand, or a call to the address of the workflow.',
  }),
  on: optional(
    text({
      max: 80,
      pattern: /^[a-z][A-Za-z0-9]*\.([a-z][A-Za-z0-9]*|\*)$/,
      describes: 'EVENT: the type, as `eventTypes` lists them: case.created; opportunity.* for all of a kind.',
    }),
  ),
  where: filter(
    "EVENT: only where this filter holds over the event's record. SCHEDULE: the records of the kind for which it runs.",
  ),
  was: filter("EVENT: only where this filter held over the event's record before: what left a stage."),
  changed: defaulted(
    list(text({ max: 80 }), { max: 20, describes: 'EVENT: only when one of these fields changed; any when empty.' }),
    [],
  ),
  record: optional(
    text({
      max: 80,
      describes:
        "EVENT: the field of the event's record that names the record of the run; itself when absent. WEBHOOK: the path in what was sent.",
    }),
  ),
  by: optional(
    text({
      max: 80,
      describes:
        'WEBHOOK: the unique field that the value is looked up by; its id when absent. `externalIds:erp` for an id there.',
    }),
  ),
  mostPerMinute: optional(
    integer({
      min: 1,
      max: 10_000,
      describes: 'WEBHOOK: calls in a minute; 300 when absent. Those beyond are answered by 429 with Retry-After.',
    }),
  ),
  segment: optional(ref('*', { describes: 'SEGMENT: which one.' })),
  leaves: defaulted(boolean({ describes: 'SEGMENT: when a record leaves it; else when one enters.' }), false),
  rule: optional(
    text({
      max: 300,
      pattern: /^FREQ=(HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)\b[A-Z0-9=;,:+-]*$/,
      describes: 'SCHEDULE: when it comes again, by RFC 5545 without RRULE: FREQ=WEEKLY;BYDAY=MO. Once when absent.',
    }),
  ),
  at: optional(dateTime({ describes: 'SCHEDULE: the first moment; later ones are at the same time on the clock.' })),
  working: defaulted(
    boolean({ describes: 'SCHEDULE: what falls into a time in which nobody works comes when they next do.' }),
    false,
  ),
};

const scopeFields = {
  kind: choice(scopeKinds, { named: 'WorkflowScopeKind', describes: 'What it is special to.' }),
  of: ref('*', { describes: 'Which account, segment, or type: what the type, pipeline or the like of the record is.' }),
};

const routeFields = {
  when: filter('It is taken where this filter over the record of the run holds.'),
  value: optional(
    text({ max: 120, describes: 'The path whose value `is` compares: input.kind; what came of the step when absent.' }),
  ),
  is: defaulted(
    list(text({ max: 200 }), {
      max: 20,
      describes: 'It is taken where the value is one of these: REJECTED, TIMED_OUT; any when empty.',
    }),
    [],
  ),
  to: stepKey('The step to go on with; END ends the run.'),
};

const onErrorFields = {
  retries: defaulted(integer({ min: 0, max: 10, describes: 'How often it is tried again where that may help.' }), 3),
  afterSeconds: defaulted(
    integer({ min: 1, max: 86_400, describes: 'How long before the first try; each later one waits twice as long.' }),
    60,
  ),
  to: optional(stepKey('The step to go on with when it has failed for good; the run fails when absent.')),
};

const stepFields = {
  key: stepKey('Its name for programs, unique in the workflow.'),
  name: optional(text({ max: 120, describes: 'What people call it.' })),
  kind: text({ max: 40, describes: 'What it does; `workflowStepKinds` lists the kinds.' }),
  input: defaulted(
    json<Readonly<Record<string, Mapped>>>({
      describes:
        'What the step goes by. {"$": "record.owner"} stands for a value that the run knows, {record.name} within a text for its words.',
    }),
    {},
  ),
  routes: defaulted(
    list(object('WorkflowRoute', routeFields), { max: 20, describes: 'Where it leads, the first that applies.' }),
    [],
  ),
  next: optional(
    stepKey('The step after it where no route applies; END ends the run; the next in the list when absent.'),
  ),
  onError: optional(object('WorkflowOnError', onErrorFields, { describes: 'What happens when it fails.' })),
  undoneBy: optional(stepKey('The step that takes it back when the run fails later: its compensation.')),
};

/** What a run goes by from its beginning to its end. */
export const plan = {
  of: optional(
    text({ max: 60, describes: 'The kind of record that it runs on: Account, Opportunity; none where it needs none.' }),
  ),
  trigger: object('WorkflowTrigger', triggerFields, { describes: 'What starts it.' }),
  scope: optional(
    object('WorkflowScope', scopeFields, {
      describes: 'What it is special to. Of definitions of one process the most specific runs, and no other.',
    }),
  ),
  concurrency: defaulted(
    choice(concurrencies, {
      named: 'WorkflowConcurrency',
      describes:
        'While a run on the same record goes on, another is left out, waits for its turn, runs beside it, or takes its place.',
    }),
    'SKIP',
  ),
  mostPerHour: optional(
    integer({
      min: 1,
      max: 1000,
      describes:
        'Runs on one record in an hour of the clock; more is a loop, and is stopped. When absent 20; as many as come where it runs on none.',
    }),
  ),
  mostRuns: optional(
    integer({
      min: 1,
      max: 1000,
      describes: 'Runs on one record in all, or of a workflow that runs on none: 1 for what is done once.',
    }),
  ),
  calendar: optional(ref('WorkingCalendar', { describes: "Whose working time counts; the tenant's when absent." })),
  steps: list(object('WorkflowStep', stepFields), { max: 60, describes: 'Its steps; the first one begins.' }),
};

/** A workflow as it was published. */
export type Plan = Values<typeof plan>;
/** A step of it. */
export type Step = Plan['steps'][number];
/** What starts it. */
export type Trigger = Plan['trigger'];
/** Where a step leads. */
export type Route = Step['routes'][number];
/** What it is special to. */
export type Scope = NonNullable<Plan['scope']>;

/** Runs on a record in an hour where a workflow does not say. */
const usualPerHour = 20;

/** How many runs there may be in an hour of the clock, on a record or on none. */
export const mostInHour = ({ of, mostPerHour }: Pick<Plan, 'of' | 'mostPerHour'>): number =>
  mostPerHour ?? (of === undefined ? Infinity : usualPerHour);

/** The hour of the clock in which a moment lies. */
export const hourOf = (moment: string): string => moment.slice(0, 13);

/** The names of the fields of a plan. */
export const planFields = Object.keys(plan) as readonly (keyof typeof plan)[];
