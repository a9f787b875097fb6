/**
 * The script a page embeds: `<script src="https://desk.example/widget.js" data-channel="KEY" async></script>`.
 *
 * It draws one button and one frame. The frame is served from the script's own origin, so the page can
 * neither read the chat nor speak in the visitor's name; the two exchange messages only with each
 * other's exact origin. `window.Careline` is what the page may call.
 */
type ToFrame = { type: 'open' } | { type: 'close' } | { type: 'identify'; token: string };
type FromFrame = { type: 'ready' } | { type: 'closed' } | { type: 'unread'; count: number } | { type: 'color'; accent: string } | { type: 'words'; open: string; close: string; frame: string };

const script = document.currentScript as HTMLScriptElement;
const origin = new URL(script.src).origin;
const { channel = '', locale = document.documentElement.lang || navigator.language, position = 'right' } = script.dataset;

const host = document.createElement('div');
const root = host.attachShadow({ mode: 'closed' });
root.innerHTML = `<style>
:host{all:initial;position:fixed;z-index:2147483000;bottom:20px;${position === 'left' ? 'left' : 'right'}:20px}
button{position:relative;width:56px;height:56px;border:0;border-radius:50%;background:#4152b8;color:#fff;cursor:pointer;box-shadow:0 2px 4px rgb(20 22 40/.1),0 12px 32px rgb(20 22 40/.22)}
button:focus-visible{outline:3px solid #8d9cf0;outline-offset:3px}
svg{width:26px;height:26px;vertical-align:middle}
b{position:absolute;top:-4px;right:-4px;min-width:20px;height:20px;padding:0 5px;box-sizing:border-box;border-radius:10px;background:#c22f2f;color:#fff;font:600 12px/20px system-ui,sans-serif}
b:empty{display:none}
iframe{position:fixed;bottom:88px;${position === 'left' ? 'left' : 'right'}:20px;width:384px;height:min(704px,calc(100vh - 108px));border:0;border-radius:20px;box-shadow:0 0 0 1px rgb(128 130 150/.22),0 2px 4px rgb(20 22 40/.06),0 12px 32px rgb(20 22 40/.14);color-scheme:light dark}
iframe[hidden]{display:none}
@media (max-width:480px){iframe{inset:0;width:100%;height:100%;border-radius:0}iframe:not([hidden])+button{display:none}}
</style><iframe hidden allow="clipboard-write"></iframe><button type="button" aria-expanded="false"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5Z"/></svg><b></b></button>`;
const frame = root.querySelector('iframe')!;
const button = root.querySelector('button')!;
const badge = root.querySelector('b')!;
let words = { open: '在线客服', close: '收起' };
let isReady = false;
const waiting: ToFrame[] = [];

function tell(message: ToFrame): void {
  if (isReady) frame.contentWindow!.postMessage({ careline: 1, ...message }, origin);
  else waiting.push(message);
}

function show(isOpen: boolean): void {
  frame.hidden = !isOpen;
  button.ariaExpanded = String(isOpen);
  button.ariaLabel = isOpen ? words.close : words.open;
  tell({ type: isOpen ? 'open' : 'close' });
  if (isOpen) frame.focus();
  else button.focus();
}

addEventListener('message', (event: MessageEvent<FromFrame & { careline?: 1 }>) => {
  if (event.origin !== origin || event.source !== frame.contentWindow || event.data?.careline !== 1) return;
  const message = event.data;
  if (message.type === 'ready') {
    isReady = true;
    for (const one of waiting.splice(0)) tell(one);
  } else if (message.type === 'closed') show(false);
  else if (message.type === 'unread') badge.textContent = message.count ? String(Math.min(message.count, 99)) : '';
  else if (message.type === 'color') button.style.background = message.accent;
  else if (message.type === 'words') {
    words = message;
    frame.title = message.frame;
    button.ariaLabel = frame.hidden ? words.open : words.close;
  }
});

button.ariaLabel = words.open;
button.onclick = () => show(frame.hidden === true);
// The key stands in the query: by it the server says to the browser which pages may show the frame.
frame.src = `${origin}/widget/frame.html?${new URLSearchParams({ channel })}#${new URLSearchParams({ locale, host: location.origin })}`;
const mount = () => document.body.append(host);
if (document.body) mount();
else addEventListener('DOMContentLoaded', mount);

Object.assign(window, {
  Careline: {
    open: () => show(true),
    close: () => show(false),
    /** Proves who the visitor is: a JWT that the page's own server signed with the channel's secret. */
    identify: (token: string) => tell({ type: 'identify', token }),
  },
});

export {};
