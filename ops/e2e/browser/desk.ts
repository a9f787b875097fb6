import { randomUUID } from 'node:crypto';
import { testShape } from '@careline/kit/testing';
import type { Browser } from 'playwright-core';
import { asker, setUpStaff, tell, type Ask, type Staff } from '../../harness/people.ts';
import { startSystem, type System } from '../../harness/system.ts';
import { launchChromium } from './chromium.ts';

export interface DeskAgent {
  id: string;
  email: string;
  password: string;
  displayName: string;
  /** What visitors see. */
  publicName: string;
}

/** A running system with two agents, and a browser to meet it with. */
export interface Desk {
  system: System;
  url: string;
  staff: Staff;
  lin: DeskAgent;
  ning: DeskAgent;
  browser: Browser;
  close(): Promise<void>;
}

const PASSWORD = 'lantern-harbour-42';

/** Starts a system empty, in the shape of this run and with `more` of environment, sets it up, and engages two agents who serve its only queue. */
export async function openDesk(more: Record<string, string> = {}): Promise<Desk> {
  const [system, browser] = await Promise.all([startSystem(testShape(), more), launchChromium()]);
  const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  const close = async () => {
    await browser.close();
    await system.stop();
  };
  try {
    const staff = await setUpStaff(url);
    const lin = await engage(url, staff, { email: 'lin@example.com', displayName: '林书言', publicName: '小林' });
    const ning = await engage(url, staff, { email: 'ning@example.com', displayName: '李宁远', publicName: '小李' });
    return { system, url, staff, lin, ning, browser, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Engages somebody, by default a supervisor, who serves every queue there is. */
export async function engage(url: string, staff: Staff, person: Pick<DeskAgent, 'email' | 'displayName' | 'publicName'>, roleName = '客服主管'): Promise<DeskAgent> {
  const admin: Ask = asker(url, () => staff.adminToken);
  const { roles, teams } = await admin<{ roles: { nodes: { id: string; name: string }[] }; teams: { nodes: { id: string }[] } }>('{ roles(first: 50) { nodes { id name } } teams(first: 50) { nodes { id } } }');
  const roleIds = [roles.nodes.find((role) => role.name === roleName)!.id];
  const teamIds = teams.nodes.map((team) => team.id);
  const { email, displayName, publicName } = person;
  const made = await tell<{ agent: { id: string }; invitationUrl: string }>(admin, 'createAgent', { displayName, email, roleIds, teamIds, idempotencyKey: randomUUID() }, 'agent { id } invitationUrl');
  await tell(admin, 'updateAgent', { agentId: made.agent.id, publicName, capacity: 20, teamIds }, 'agent { id }');
  const token = new URLSearchParams(new URL(made.invitationUrl).hash.slice(1)).get('token');
  await tell(asker(url), 'setPassword', { token, newPassword: PASSWORD }, 'changedAt');
  return { ...person, id: made.agent.id, password: PASSWORD };
}
