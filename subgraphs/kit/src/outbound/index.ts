export { smtpMailer, type Mail, type Mailer } from './mailer.ts';
export { isNetwork, reachableWith, type Reachable } from './networks.ts';
export { postSafely, readHookUrl, Undelivered, type Post } from './post-safely.ts';
export { signHook } from './sign-hook.ts';
