import { expect, it } from 'vitest';
import { fillIn, missingIn, unknownIn, variablesIn } from './variable.rules.ts';

it('reads variables with and without blanks, each once', () => {
  expect(variablesIn('{{customer.displayName}}，{{ ticket.number }} {{customer.displayName}}')).toEqual(['customer.displayName', 'ticket.number']);
  expect(variablesIn('{ {x} } {{}}')).toEqual(['']);
});

it('names what there is no variable of', () => {
  expect(unknownIn('{{customer.displayName}} {{customer.pin}} {{}}')).toEqual(['customer.pin', '']);
});

it('knows the link of an article by its number, and no other', () => {
  expect(unknownIn('{{article.KB-1042}} {{ article.KB-1 }}')).toEqual([]);
  expect(unknownIn('{{article.KB-0}} {{article.1042}} {{article.KB-1042/../x}}')).toEqual(['article.KB-0', 'article.1042', 'article.KB-1042/../x']);
});

it('fills in what there is and leaves the rest in its braces', () => {
  const values = { 'customer.displayName': '李婷', 'customer.company': null };
  expect(fillIn('{{ customer.displayName }}（{{customer.company}}）', values)).toBe('李婷（{{customer.company}}）');
  expect(missingIn('{{customer.displayName}} {{customer.company}}', values)).toEqual(['customer.company']);
});

it('never takes what a customer is called for a variable', () => {
  const values = { 'customer.displayName': '{{organisation.name}}', 'organisation.name': '云帆' };
  expect(fillIn('{{customer.displayName}}', values)).toBe('{{organisation.name}}');
});
