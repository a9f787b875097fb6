import { createTransport } from 'nodemailer';
import { faultOf, Undelivered } from './post-safely.ts';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** Left part of the Message-ID; the same for each try, so that a mailbox can tell a double. */
  id: string;
}

/** The way out for mail. */
export interface Mailer {
  /** Throws Undelivered when the mail server did not take it. */
  send(mail: Mail): Promise<void>;
}

const WITHIN_MS = 20_000;

/** Mail through the server of `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`, from the address given. */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport({ url, connectionTimeout: WITHIN_MS, greetingTimeout: WITHIN_MS, socketTimeout: WITHIN_MS, disableFileAccess: true, disableUrlAccess: true });
  const domain = from.replace(/^.*@/, '').replace(/>$/, '');
  return {
    async send({ to, subject, text, id }) {
      await transport.sendMail({
        from, to, subject, text, messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      }).catch((error: unknown) => {
        const { responseCode } = error as { responseCode?: number };
        throw new Undelivered(responseCode ? `mail server said ${responseCode}` : faultOf(error));
      });
    },
  };
}
