export { createLive } from './create-live.ts';
export { type Live, type LiveHint } from './live.ts';
export { LiveMap } from './live-map.ts';
export { LiveStream } from './live-stream.ts';
export { coalesced } from './coalesced.ts';
export { lastOfEach, LogStream, type Counter, type Place } from './log-stream.ts';
export { progressStream } from './progress-stream.ts';
