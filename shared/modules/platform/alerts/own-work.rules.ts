// What alerts do themselves alerts to nothing, by whatever channel they tell people: each message would raise the next.
import { systemActor } from '#kernel';
import { Alert } from './alert.entity.ts';
import { AlertRule } from './alert-rule.entity.ts';

/** The reactions of alerts. */
export const finder = 'findAlerts';
export const taker = 'takeUpByAlertRule';
export const teller = 'tellReadersOfAlert';

/** As whom alerts work: their reactions, their timers, and the jobs that these start. */
const workers: readonly string[] = [finder, taker, teller, `timer:${Alert.name}`, `timer:${AlertRule.name}`];

/** Whether it is alerts that have done or made something, told by the id of the actor. */
export const isByAlerts = (actor: string): boolean => workers.some((worker) => actor === systemActor('', worker).id);
