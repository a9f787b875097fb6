import { createApp } from 'vue';
import TrackPage from './TrackPage.vue';
import './style.css';
import { localeOf, sayIn } from './words.ts';

// The page behind the signed link of a ticket: `/track/<token>`. `?lang=en` or `?lang=zh` wins over the browser's language.
const locale = localeOf(new URLSearchParams(location.search).get('lang') ?? navigator.language);
const say = sayIn(locale);
document.documentElement.lang = locale === 'EN' ? 'en' : 'zh-CN';
document.title = say('track.title');
createApp(TrackPage, { token: location.pathname.split('/').at(-1) ?? '', locale, say }).mount('#app');
