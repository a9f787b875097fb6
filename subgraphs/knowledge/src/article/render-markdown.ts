import markdownIt, { type MarkdownIt, type Token } from 'markdown-it';

const LINK_SCHEMES = new Set(['http', 'https', 'mailto', 'tel']);
const IMAGE_SCHEMES = new Set(['http', 'https']);
const LANGUAGE_NAME = /^[A-Za-z0-9+#_-]{1,32}$/;

/** Whether an address in an article may become a link: a path of this site, or one of the known schemes. */
export function isLinkAllowed(address: string): boolean {
  return hasScheme(address, LINK_SCHEMES);
}

/**
 * Markdown of an article as HTML that cannot run anything.
 *
 * Raw HTML is shown as text. Tables and fenced code follow GFM; headings start at the second level,
 * because the title is the first; nothing carries a style attribute, so pages may forbid those.
 */
export function renderMarkdown(text: string): string {
  return renderer.render(text);
}

/** The words of an article without its marks, for search and previews. */
export function plainText(text: string): string {
  const words: string[] = [];
  const visit = (tokens: Token[]): void => {
    for (const token of tokens) {
      if (token.children) visit(token.children);
      else if (token.type === 'softbreak' || token.type === 'hardbreak') words.push(' ');
      else if (token.content) words.push(token.content);
    }
    words.push(' ');
  };
  visit(renderer.parse(text, {}));
  return words.join('').replace(/\s+/g, ' ').trim();
}

function hasScheme(address: string, allowed: ReadonlySet<string>): boolean {
  // Browsers drop control characters and blanks inside a scheme before they read it.
  const bare = address.replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028\u2029\ufeff]/g, '');
  const scheme = /^([^/?#:]*):/.exec(bare)?.[1];
  if (scheme === undefined) return !bare.startsWith('//') && !bare.startsWith('\\');
  return allowed.has(scheme.toLowerCase());
}

/** Long lines scroll inside their block, which the keyboard must reach as well. */
function focusable(block: string): string {
  return block.replace(/^<pre>/, '<pre tabindex="0">');
}

function createRenderer(): MarkdownIt {
  const md = markdownIt({ html: false, linkify: true, typographer: false, breaks: false });
  md.validateLink = isLinkAllowed;
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  const { rules } = md.renderer;
  // An article may begin with `#` or with `##`: its own first level comes right below the page's title either way.
  md.core.ruler.push('heading_levels', ({ tokens }) => {
    const headings = tokens.filter((token) => /^h[1-6]$/.test(token.tag));
    const first = Math.min(...headings.map((token) => Number(token.tag[1])));
    for (const token of headings) token.tag = `h${Math.min(6, Number(token.tag[1]) - first + 2)}`;
  });
  rules.th_open = rules.td_open = (tokens, index, options, _env, self) => {
    const token = tokens[index]!;
    const align = /text-align:(left|right|center)/.exec(String(token.attrGet('style') ?? ''))?.[1];
    token.attrs = align ? [['class', `align-${align}`]] : null;
    return self.renderToken(tokens, index, options);
  };
  // A wide table scrolls by itself; the keyboard must reach it to do so.
  rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
  rules.table_close = () => '</table></div>\n';
  rules.link_open = (tokens, index, options, _env, self) => {
    const token = tokens[index]!;
    if (/^(https?:)/i.test(String(token.attrGet('href') ?? ''))) token.attrSet('rel', 'noopener noreferrer nofollow');
    return self.renderToken(tokens, index, options);
  };
  const image = rules.image!;
  rules.image = (tokens, index, options, env, self) => {
    const token = tokens[index]!;
    if (!hasScheme(String(token.attrGet('src') ?? ''), IMAGE_SCHEMES)) return md.utils.escapeHtml(token.content);
    token.attrSet('loading', 'lazy');
    return image(tokens, index, options, env, self);
  };
  const fence = rules.fence!;
  rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index]!;
    const language = token.info.trim().split(/\s+/)[0] ?? '';
    token.info = LANGUAGE_NAME.test(language) ? language : '';
    token.attrs = null;
    return focusable(fence(tokens, index, options, env, self));
  };
  const codeBlock = rules.code_block!;
  rules.code_block = (tokens, index, options, env, self) => focusable(codeBlock(tokens, index, options, env, self));
  return md;
}

const renderer = createRenderer();
