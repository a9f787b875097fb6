import { expect, it } from 'vitest';
import { fillIn, firstVariable, nameOfVariable, piecesOf, sampleOf, variablesIn } from './variables.ts';

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

it('takes the link of an article for a variable, called by its number', () => {
  expect(variablesIn('见{{article.KB-1042}}，{{article.x}}')).toEqual(['article.KB-1042']);
  expect([nameOfVariable('article.KB-1042', true), nameOfVariable('ticket.number', true), sampleOf('article.KB-7', false)]).toEqual(['KB-1042', 'Ticket number', 'https://care.example.com/help/KB-7']);
});

it('fills in what is known and names the rest', () => {
  const text = fillIn('{{ticket.number}}：{{customer.company}}', { 'ticket.number': 'T-1', 'customer.company': null });
  expect(text).toBe('T-1：{{customer.company}}');
  expect(variablesIn(text)).toEqual(['customer.company']);
});
