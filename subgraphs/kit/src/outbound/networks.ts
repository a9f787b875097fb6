import { BlockList, isIP } from 'node:net';

/** Addresses that are nobody's on the open network: this machine, inner networks, links, groups, documentation, translations of all of these. */
const INNER = listOf([
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8',
]);

/** Whether a text names a network, `10.0.0.0/8` or `fd00::/8`, or one address. */
export function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  return family !== 0 && rest.length === 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128)));
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(address, length === undefined ? (family === 'ipv4' ? 32 : 128) : Number(length), family);
  }
  return list;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const holds = (list: BlockList, address: string) => {
  // `::ffff:10.0.0.1` is 10.0.0.1 in other letters.
  const plain = MAPPED.exec(address)?.[1] ?? address;
  return list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
};

/** Which addresses we may speak to on behalf of somebody who gave us a URL. */
export interface Reachable {
  mayReach(address: string): boolean;
  /** One of the inner networks that the operator has opened; there http is good enough. */
  isOpened(address: string): boolean;
}

/** The open network, and those inner networks that the operator names. */
export function reachableWith(opened: readonly string[]): Reachable {
  const list = listOf(opened);
  const isOpened = (address: string) => isIP(address) !== 0 && holds(list, address);
  return { isOpened, mayReach: (address) => isIP(address) !== 0 && (isOpened(address) || !holds(INNER, address)) };
}
