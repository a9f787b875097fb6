import { useAlerts } from './alerts.ts';
import { useDrafts } from './drafts.ts';
import { useInbox } from './inbox.ts';
import { usePresence } from './presence.ts';
import { useSendQueue } from './send-queue.ts';
import { useSession } from './session.ts';
import { useSettings } from './settings.ts';
import { useThreads } from './threads.ts';
import { useTicketJobs } from './ticket-jobs.ts';
import { useTicketList } from './ticket-list.ts';
import { useTicketViews } from './ticket-views.ts';

/** Everything that runs while an agent is signed in: who it is, the inbox, presence, what still has to be sent. */
export async function startWork(): Promise<void> {
  const session = useSession();
  await session.load();
  const me = session.me;
  if (!me) return;
  useSettings().take(session.viewer?.settings);
  useDrafts().start(me.id);
  useInbox().start();
  usePresence().start();
  useAlerts().start();
  await useSendQueue().start(me.id);
}

/** The sign-in ended: nothing of the agent stays on screen. Drafts and the send queue stay on the device. */
export function stopWork(): void {
  useThreads().clear();
  useTicketJobs().dismiss();
  useTicketList().clear();
  useTicketViews().clear();
  useInbox().stop();
  usePresence().stop();
  useAlerts().stop();
  useSendQueue().stop();
}
