export { smtpMailer, type Mail, type Mailer } from './mailer.ts';
export { isNetwork, reachableWith, type Reachable } from './networks.ts';
export { askSafely, postSafely, readHookUrl, Undelivered } from './post-safely.ts';
export { signHook } from './sign-hook.ts';
