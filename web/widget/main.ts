import { createApp } from 'vue';
import App from './App.vue';
import { admittedHost } from './host.ts';
import { DeviceStore } from './store.ts';
import './style.css';
import { localeOf, sayIn } from './words.ts';

const given = new URLSearchParams(location.hash.slice(1));
const channelKey = new URLSearchParams(location.search).get('channel') ?? '';
const locale = localeOf(given.get('locale'));
const say = sayIn(locale);

document.documentElement.lang = locale === 'EN' ? 'en' : 'zh-CN';
document.title = say('frame.title');
createApp(App, { channelKey, locale, say, host: admittedHost(given.get('host')), store: new DeviceStore(channelKey) }).mount('#app');
