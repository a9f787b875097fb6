import { expect, it } from 'vitest';
import { fillIn, firstVariable, piecesOf, variablesIn } from './variables.ts';

it('cuts a text at its variables and leaves other braces alone', () => {
  expect(piecesOf('您好{{ customer.displayName }}，{{代码}}')).toEqual([
    { text: '您好', variable: null }, { text: '{{ customer.displayName }}', variable: 'customer.displayName' }, { text: '，{{代码}}', variable: null },
  ]);
  expect(piecesOf('')).toEqual([]);
});

it('finds the first variable from a place on', () => {
  const text = '{{agent.publicName}} {{ticket.number}}';
  expect(firstVariable(text)).toEqual({ start: 0, end: 20 });
  expect(firstVariable(text, 1)).toEqual({ start: 21, end: 38 });
  expect(firstVariable('{{代码}}')).toBeNull();
});

it('fills in what is known and names the rest', () => {
  const text = fillIn('{{ticket.number}}：{{customer.company}}', { 'ticket.number': 'T-1', 'customer.company': null });
  expect(text).toBe('T-1：{{customer.company}}');
  expect(variablesIn(text)).toEqual(['customer.company']);
});
