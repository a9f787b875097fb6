// The page a newcomer opens first: it embeds the widget exactly as any customer's page would.
const query = new URLSearchParams(location.search);
const isEnglish = query.get('lang') === 'en' || (!query.has('lang') && !navigator.language.startsWith('zh'));
document.documentElement.lang = isEnglish ? 'en' : 'zh-CN';
for (const element of document.querySelectorAll<HTMLElement>('[data-en]')) element.textContent = isEnglish ? element.dataset.en! : element.dataset.zh!;

const channel = query.get('channel') ?? 'demo';
document.querySelector('#snippet')!.textContent = `<script src="${location.origin}/widget.js"\n        data-channel="${channel}" async></script>`;

const script = document.createElement('script');
script.src = '/widget.js';
script.dataset.channel = channel;
script.dataset.locale = isEnglish ? 'en' : 'zh-CN';
document.body.append(script);

export {};
