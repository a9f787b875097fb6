import { describe, expect, it } from 'vitest';
import { filterParts } from './filter-parts.ts';

describe('the conditions of a stored filter', () => {
  it.each([
    ['nothing', null, []],
    ['what asks for nothing', { states: [], isUnread: false, customerId: null }, []],
    ['a list', { states: ['QUEUED', 'ACTIVE'] }, [['states', 'QUEUED', 'ACTIVE']]],
    ['what holds or does not', { isUnassigned: true }, [['isUnassigned']]],
    ['one value', { dueBefore: '2026-11-30T01:00:00.000Z' }, [['dueBefore', '2026-11-30T01:00:00.000Z']]],
    ['several, always in the same order', { tags: ['退款'], isUnread: true, priorities: ['P0'] }, [['priorities', 'P0'], ['isUnread'], ['tags', '退款']]],
    ['what a newer server asks for, once', { moodIds: ['a'], weather: 'rain', states: ['NEW'] }, [['states', 'NEW'], ['other']]],
  ])('are told: %s', (_name, filter, expected) => {
    expect(filterParts(filter).map(({ name, values }) => [name, ...values])).toEqual(expected);
  });
});
