import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true }).disable(['heading', 'lheading', 'image', 'hr', 'table', 'blockquote']);

/** The Markdown subset of agents' messages (links, lists, code) as safe HTML; links open in a new tab. */
export function renderMarkdown(text: string): string {
  const html = DOMPurify.sanitize(markdown.render(text), { ALLOWED_TAGS: ['p', 'a', 'ul', 'ol', 'li', 'code', 'pre', 'strong', 'em', 'br', 's'], ALLOWED_ATTR: ['href', 'start'] });
  return html.replaceAll('<a href', '<a target="_blank" rel="noopener noreferrer nofollow" href');
}
