import { describe, expect, it } from '@jest/globals';
import { announcedIn, unannouncedChanges } from './breaking-changes.ts';

const before = 'type Query { a(x: Int): String, b: Int! } enum Word { ONE, TWO }';
const after = 'type Query { a(x: Int, y: Int!): String, b: Int } enum Word { ONE }';

describe('breaking changes', () => {
  it('are found, additions are none', () => {
    expect(unannouncedChanges(before, `${before} type More { c: Int }`, new Set())).toEqual([]);
    expect(unannouncedChanges(before, after, new Set())).toHaveLength(3);
  });

  it('are let through by name when a decision announces them', () => {
    const announced = announcedIn('# 12. Less\n\nBreaks the API: Query.a\nBreaks the API: Word\n');
    expect(unannouncedChanges(before, after, announced)).toEqual(['Query.b changed type from Int! to Int.']);
    expect(unannouncedChanges(before, after, announcedIn('It Breaks the API: Query.b'))).toHaveLength(3);
  });
});
