import { expect, it } from 'vitest';
import { renderMarkdown } from './markdown.ts';

it('renders links, lists and code', () => {
  expect(renderMarkdown('- a\n- `b` https://careline.example')).toContain('<a target="_blank" rel="noopener noreferrer nofollow" href="https://careline.example">');
  expect(renderMarkdown('1. a')).toContain('<ol>');
});

it.each(['<img src=x onerror=alert(1)>', '[x](javascript:alert(1))', '<script>alert(1)</script>', '![x](https://a.example/p.png)'])('lets nothing run: %s', (text) => {
  expect(renderMarkdown(text)).not.toMatch(/<(img|script)|href="javascript/i);
});
