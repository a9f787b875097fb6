export type ChannelKind = 'WEB' | 'APP';

export interface ChannelCapability {
  textLengthMax: number;
  bytesMax: number;
  hasReadReceipts: boolean;
  hasRecall: boolean;
  replyWindowHours: number | null;
}

/** What each kind of channel can carry. Web and app speak our own protocol: no window, no limits of a platform. */
export const CAPABILITIES: Record<ChannelKind, ChannelCapability> = {
  WEB: { textLengthMax: 10_000, bytesMax: 52_428_800, hasReadReceipts: true, hasRecall: true, replyWindowHours: null },
  APP: { textLengthMax: 10_000, bytesMax: 52_428_800, hasReadReceipts: true, hasRecall: true, replyWindowHours: null },
};

const channelLight = (value: number) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** Contrast of a colour against white after WCAG 2: 1 (none) to 21. */
export function contrastOnWhite(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => channelLight(parseInt(hex.slice(at, at + 2), 16) / 255));
  return 1.05 / (0.2126 * red! + 0.7152 * green! + 0.0722 * blue! + 0.05);
}

/** Whether white text can be read on the colour, and the colour itself on white. */
export function isReadableAccent(hex: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(hex) && contrastOnWhite(hex) >= 4.5;
}

/** Whether a text can stand in an embed code as the name of a channel. */
export function isChannelKey(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,63}$/.test(text);
}

/** Whether a text is an exact origin: scheme, host and port, nothing after it. */
export function isOrigin(text: string): boolean {
  try {
    const { origin } = new URL(text);
    // A host may hold marks such as * or ; that headers read as more than an origin.
    return origin === text && /^https?:\/\/[\w.:[\]-]+$/.test(text);
  } catch {
    return false;
  }
}

/**
 * Whether a page of another origin than our own may speak through the channel: a listed one.
 * Where none is listed every page may in development, none in production.
 */
export function mayEmbed(origins: readonly string[], pageOrigin: string, isProduction: boolean): boolean {
  return origins.length === 0 ? !isProduction : origins.includes(pageOrigin);
}
