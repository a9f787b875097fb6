import { createApp } from 'vue';
import RatePage from './RatePage.vue';
import './style.css';
import { localeOf, sayIn } from './words.ts';

// The page behind the signed link of a rating invitation: `/rate/<token>`.
const locale = localeOf(navigator.language);
const say = sayIn(locale);
document.documentElement.lang = locale === 'EN' ? 'en' : 'zh-CN';
document.title = say('rating.title');
createApp(RatePage, { token: location.pathname.split('/').at(-1) ?? '', locale, say }).mount('#app');
