import { createHash } from 'node:crypto';

/** Style of the help centre: the part of the design tokens it needs, then its few parts. */
export const HELP_STYLE = `
:root {
  color-scheme: light dark;
  --canvas: light-dark(oklch(0.972 0.003 85), oklch(0.158 0.010 270));
  --surface: light-dark(oklch(1 0 0), oklch(0.188 0.011 270));
  --raised: light-dark(oklch(1 0 0), oklch(0.248 0.013 270));
  --sunken: light-dark(oklch(0.972 0.003 85), oklch(0.158 0.010 270));
  --hover: light-dark(oklch(0.30 0.02 270 / 0.045), oklch(0.95 0.01 270 / 0.055));
  --text: light-dark(oklch(0.216 0.012 270), oklch(0.935 0.004 270));
  --text-muted: light-dark(oklch(0.465 0.015 270), oklch(0.790 0.008 270));
  --text-faint: light-dark(oklch(0.525 0.014 270), oklch(0.690 0.011 270));
  --border: light-dark(oklch(0.925 0.005 85), oklch(0.285 0.014 270));
  --border-control: light-dark(oklch(0.640 0.010 270), oklch(0.540 0.014 270));
  --accent: light-dark(oklch(0.490 0.165 272), oklch(0.555 0.165 272));
  --accent-hover: light-dark(oklch(0.440 0.155 272), oklch(0.525 0.165 272));
  --accent-text: light-dark(oklch(0.490 0.165 272), oklch(0.785 0.098 272));
  --focus: light-dark(oklch(0.555 0.165 272), oklch(0.700 0.130 272));
  --font-sans: "SF Pro Text", -apple-system, "Segoe UI Variable Text", "Segoe UI", Inter, "PingFang SC",
    "HarmonyOS Sans SC", "MiSans", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif;
  --font-mono: "SF Mono", ui-monospace, "JetBrains Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans CJK SC", monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--text); font: 400 14px/24px var(--font-sans); text-autospace: normal; line-break: strict; -webkit-text-size-adjust: 100%; }
a { color: var(--accent-text); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 16px; top: 12px; background: var(--raised); padding: 4px 12px; z-index: 1; }
.page { max-width: 760px; margin: 0 auto; padding: 0 24px 64px; }
.bar { display: flex; align-items: center; justify-content: space-between; gap: 16px; min-height: 56px; margin-bottom: 8px; }
.bar a { color: var(--text); text-decoration: none; display: inline-block; padding: 8px 0; }
.bar .brand { font-size: 16px; font-weight: 600; }
.bar .language { color: var(--text-muted); font-size: 13px; }
.bar a:hover { text-decoration: underline; }
form { display: flex; gap: 8px; margin: 8px 0 32px; }
input { flex: 1; min-width: 0; height: 44px; padding: 0 16px; font: inherit; color: inherit; background: var(--surface);
  border: 1px solid var(--border-control); border-radius: 8px; }
input::placeholder { color: var(--text-faint); opacity: 1; }
button { height: 44px; padding: 0 20px; font: inherit; font-weight: 500; color: oklch(1 0 0); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer; }
button:hover { background: var(--accent-hover); }
h1 { font-size: 28px; line-height: 36px; font-weight: 600; margin: 0 0 8px; text-wrap: balance; }
.lead { color: var(--text-muted); margin: 0 0 24px; }
.path, .meta { color: var(--text-faint); font-size: 13px; line-height: 20px; margin: 0 0 12px; }
.list { list-style: none; margin: 0; padding: 0; background: var(--surface); border: 1px solid var(--border); border-radius: 12px; overflow: clip; }
.list li + li { border-top: 1px solid var(--border); }
.list a { display: block; padding: 12px 20px; color: var(--text); text-decoration: none; }
.list a:hover { background: var(--hover); }
.list strong { display: block; font-weight: 500; font-size: 16px; }
.list span { color: var(--text-faint); font-size: 13px; line-height: 20px; }
.more { margin: 24px 0 0; }
.empty { background: var(--surface); border: 1px solid var(--border); border-radius: 12px; padding: 32px 24px; color: var(--text-muted); }
.sheet { background: var(--surface); border: 1px solid var(--border); border-radius: 12px; padding: 32px; }
.text { max-width: 40em; font-size: 16px; line-height: 28px; overflow-wrap: anywhere; }
.text h2 { font-size: 20px; line-height: 28px; margin: 32px 0 8px; }
.text h3, .text h4, .text h5, .text h6 { font-size: 16px; line-height: 24px; margin: 24px 0 8px; }
.text img { max-width: 100%; height: auto; border-radius: 8px; }
.text blockquote { margin: 16px 0; padding: 0 16px; border-inline-start: 3px solid var(--border-control); color: var(--text-muted); }
.text code { font: 13px/20px var(--font-mono); background: var(--sunken); border-radius: 4px; padding: 2px 4px; }
.text pre { overflow-x: auto; background: var(--sunken); border: 1px solid var(--border); border-radius: 8px; padding: 12px 16px; }
.text pre code { background: none; padding: 0; }
.table { overflow-x: auto; margin: 16px 0; }
.table table { border-collapse: collapse; font-size: 14px; line-height: 24px; }
.table th, .table td { border: 1px solid var(--border); padding: 8px 12px; text-align: start; }
.table th { background: var(--sunken); font-weight: 600; }
.align-right { text-align: right !important; }
.align-center { text-align: center !important; }
@media (max-width: 560px) { .page { padding: 0 16px 48px; } .sheet { padding: 20px 16px; border-radius: 8px; } h1 { font-size: 24px; line-height: 32px; } }
@media print { form, .language { display: none; } .sheet { border: 0; padding: 0; } }
`;

/** What a help page may load: its own style, pictures over HTTPS, nothing that runs. */
export const HELP_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(HELP_STYLE).digest('base64')}'; `
  + "img-src 'self' https:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
