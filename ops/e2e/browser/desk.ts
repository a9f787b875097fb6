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

const PEOPLE = [['lin@example.com', '林书言', '小林'], ['ning@example.com', '李宁远', '小李']] as const;
const PASSWORD = 'lantern-harbour-42';

/** Starts a system empty, in the shape of this run, sets it up, and engages two agents who serve its only queue. */
export async function openDesk(): Promise<Desk> {
  const [system, browser] = await Promise.all([startSystem(testShape()), launchChromium()]);
  const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  const close = async () => {
    await browser.close();
    await system.stop();
  };
  try {
    const staff = await setUpStaff(url);
    const [lin, ning] = await engage(url, asker(url, () => staff.adminToken));
    return { system, url, staff, lin: lin!, ning: ning!, browser, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function engage(url: string, admin: Ask): Promise<DeskAgent[]> {
  const { roles, teams } = await admin<{ roles: { nodes: { id: string; name: string }[] }; teams: { nodes: { id: string }[] } }>('{ roles(first: 50) { nodes { id name } } teams(first: 50) { nodes { id } } }');
  const roleIds = [roles.nodes.find((role) => role.name === '客服主管')!.id];
  const teamIds = teams.nodes.map((team) => team.id);
  const agents: DeskAgent[] = [];
  for (const [email, displayName, publicName] of PEOPLE) {
    const made = await tell<{ agent: { id: string }; invitationUrl: string }>(admin, 'createAgent', { displayName, email, roleIds, teamIds, idempotencyKey: randomUUID() }, 'agent { id } invitationUrl');
    await tell(admin, 'updateAgent', { agentId: made.agent.id, publicName, capacity: 20, teamIds }, 'agent { id }');
    const token = new URLSearchParams(new URL(made.invitationUrl).hash.slice(1)).get('token');
    await tell(asker(url), 'setPassword', { token, newPassword: PASSWORD }, 'changedAt');
    agents.push({ id: made.agent.id, email, password: PASSWORD, displayName, publicName });
  }
  return agents;
}
