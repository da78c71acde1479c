import { describe, expect, it } from '@jest/globals';
import ical from 'ical.js';
import { occurrencesOf } from '#modules/platform/settings';
import { readReply, ruleData, writeCalendar } from './icalendar.operations.ts';
import { calendarOf, eventOf, feedProperties, zoneOf, type CalendarEvent } from './icalendar.rules.ts';
import { zoneChanges } from './zone-changes.operations.ts';

const event: CalendarEvent = {
  uid: 'act_1@mail.test',
  stamp: '2026-11-22T15:00:00.000Z',
  sequence: 0,
  startsAt: '2026-03-02T08:00:00.000Z',
  endsAt: '2026-03-02T08:30:00.000Z',
  subject: 'Wine; cheese, "bread"\nand more',
  status: 'CONFIRMED',
};

describe('calendar objects', () => {
  it('are written as RFC 5545 says: lines of 75 octets, escaped', async () => {
    const text = await writeCalendar(
      calendarOf('PUBLISH', [eventOf({ ...event, description: 'Ñandú '.repeat(40) })], feedProperties('Agenda')),
    );
    expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(text).toContain('SUMMARY:Wine\\; cheese\\, "bread"\\nand more\r\n');
    expect(text).toContain('X-PUBLISHED-TTL:PT1H\r\n');
    expect(text).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/);
  });

  it('know when the clocks of a zone change', async () => {
    const { first, changes } = await zoneChanges(
      'Europe/Madrid',
      '2026-01-01T00:00:00.000Z',
      '2027-01-01T00:00:00.000Z',
    );
    expect(first).toBe('+01:00');
    expect(changes).toEqual([
      { at: '2026-03-29T01:00:00.000Z', before: '+01:00', after: '+02:00', isSummer: true },
      { at: '2026-10-25T01:00:00.000Z', before: '+02:00', after: '+01:00', isSummer: false },
    ]);
    expect(
      (await zoneChanges('America/Guayaquil', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z')).changes,
    ).toEqual([]);
  });

  it('say when a series comes so that another program finds the same moments over daylight saving', async () => {
    const rule = 'FREQ=WEEKLY;COUNT=40';
    const timeZone = 'Europe/Madrid';
    const span = { from: event.startsAt, to: '2027-03-02T00:00:00.000Z' };
    const zone = zoneOf(timeZone, await zoneChanges(timeZone, span.from, span.to));
    const series = eventOf({ ...event, timeZone, rule: await ruleData(rule), except: ['2026-03-09T08:00:00.000Z'] });
    const calendar = new ical.Component(
      ical.parse(await writeCalendar(calendarOf('PUBLISH', [zone, series]))) as never,
    );
    const known = new ical.Timezone(calendar.getFirstSubcomponent('vtimezone') ?? (undefined as never));
    const [master] = calendar.getAllSubcomponents('vevent');
    const times = new ical.Event(master).iterator();
    const found: string[] = [];
    for (let next = times.next() as InstanceType<typeof ical.Time> | null | undefined; next; next = times.next()) {
      const at = next.clone();
      at.zone = known;
      found.push(new Date(at.toUnixTime() * 1000).toISOString());
    }
    const except = ['2026-03-09T08:00:00.000Z'];
    const expected = await occurrencesOf({ rule, startsAt: event.startsAt, timeZone, except }, { ...span, most: 100 });
    expect(found).toEqual(expected);
    expect(new Set(expected.map((at) => at.slice(11, 13)))).toEqual(new Set(['07', '08']));
  });

  it('are read as answers only where they are some', async () => {
    expect(await readReply('BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n')).toBeUndefined();
    expect(await readReply('nonsense')).toBeUndefined();
  });
});
