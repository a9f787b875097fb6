import { describe, expect, it } from 'vitest';
import { firstBeyond, isLockedOut, isTimeOfDay, joinGrants, maskAddress, mayAdministrate, meetGrants, passwordFault } from './agent.rules.ts';
import { isTimeZoneName } from '../time-zone.rules.ts';

describe('grants', () => {
  it('of several roles join to the widest scope of each permission', () => {
    expect(joinGrants([{ 'a:x': 'OWN', 'b:x': 'ALL' }, { 'a:x': 'TEAM', 'c:x': 'OWN' }])).toEqual({ 'a:x': 'TEAM', 'b:x': 'ALL', 'c:x': 'OWN' });
  });

  it('of a token never reach further than those of its issuer', () => {
    expect(meetGrants({ 'a:x': 'ALL', 'b:x': 'OWN', 'c:x': 'ALL' }, { 'a:x': 'TEAM', 'b:x': 'ALL' })).toEqual({ 'a:x': 'TEAM', 'b:x': 'OWN' });
  });

  it.each([
    [{ 'a:x': 'TEAM' as const }, { 'a:x': 'TEAM' as const }, null],
    [{ 'a:x': 'ALL' as const }, { 'a:x': 'TEAM' as const }, 'a:x'],
    [{ 'b:x': 'OWN' as const }, { 'a:x': 'ALL' as const }, 'b:x'],
  ])('names the first wanted one that is not held: %o of %o', (wanted, held, beyond) => {
    expect(firstBeyond(wanted, held)).toBe(beyond);
  });

  it('administrate only with roles and agents in all scope', () => {
    expect(mayAdministrate({ 'role:write': 'ALL', 'agent:write': 'ALL' })).toBe(true);
    expect(mayAdministrate({ 'role:write': 'ALL', 'agent:write': 'TEAM' })).toBe(false);
  });
});

describe('a new password', () => {
  it.each([
    ['eleven char', 'TOO_SHORT'],
    ['correct horse', null],
    ['twelve chars', null],
    ['密码要十二个字才算够长', 'TOO_SHORT'],
    ['密码要十二个字才算够长度', null],
    ['x'.repeat(201), 'TOO_LONG'],
    ['aaaaaaaaaaaabbb', 'WEAK_PASSWORD'],
    ['password12345', 'WEAK_PASSWORD'],
    ['abcdefghijklmn', 'WEAK_PASSWORD'],
    ['lihuawei-lihuawei', 'WEAK_PASSWORD'],
  ])('%s is judged %s', (password, fault) => {
    expect(passwordFault(password, 'lihuawei@example.com')).toBe(fault);
  });
});

describe('small judgements', () => {
  it.each([[10, false], [11, true]])('locks out after ten wrong tries: try %i', (count, isLocked) => {
    expect(isLockedOut(count, 10)).toBe(isLocked);
  });

  it.each([['22:00', true], ['23:59', true], ['24:00', false], ['7:00', false], ['07:60', false]])('time of day %s', (text, isGood) => {
    expect(isTimeOfDay(text)).toBe(isGood);
  });

  it.each([['Asia/Shanghai', true], ['Asia/Nowhere', false]])('zone %s', (name, isGood) => {
    expect(isTimeZoneName(name)).toBe(isGood);
  });

  it.each([['203.0.113.7', '203.0.***.***'], ['2001:db8::1', '2001:db8:***:***']])('masks the address %s', (address, masked) => {
    expect(maskAddress(address)).toBe(masked);
  });
});
