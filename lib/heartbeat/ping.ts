import { createHash } from 'node:crypto';
import { VERSION } from '../version.js';

/** What a check hears: that a run has started, succeeded, or failed. */
export type Signal = 'start' | 'success' | 'fail';

export interface Ping {
  readonly taskName: string;
  /** The address of the check. */
  readonly url: string;
  readonly signal: Signal;
  readonly runId: string;
  /** What the check keeps with it; `''` = nothing. */
  readonly body: string;
}

const PATHS: Readonly<Record<Signal, string>> = { start: '/start', success: '', fail: '/fail' };

/** As https://healthchecks.io/docs/http_api/ has it: the start and the end of a run are told by its `rid`. */
export function addressOf({ url, signal, runId }: Ping): URL {
  const address = new URL(url);
  [address.username, address.password] = ['', ''];
  address.pathname = address.pathname.replace(/\/$/, '') + PATHS[signal];
  address.searchParams.set('rid', uuidOf(runId));
  return address;
}

/** The same for the same run, in every process: version 8 of RFC 9562, whose bits are anybody's own. */
export function uuidOf(runId: string): string {
  const bytes = createHash('sha256').update(runId).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Why a ping did not arrive, and whether it may arrive when it is sent again. */
export interface Refusal {
  readonly why: string;
  readonly mayWork: boolean;
}

/** Sends it once; `undefined` when it has arrived. It never rejects. */
export async function send(ping: Ping, signal: AbortSignal): Promise<Refusal | undefined> {
  try {
    const headers = { 'user-agent': `nestjs-sts/${VERSION}`, ...authorizationOf(ping) };
    const response = await fetch(addressOf(ping), { method: 'POST', body: ping.body, headers, signal });
    await response.body?.cancel();
    if (response.ok) return undefined;
    const { status } = response;
    return { why: `it answered ${status}`, mayWork: status >= 500 || status === 429 || status === 408 };
  } catch (error) {
    return { why: textOf(error), mayWork: true };
  }
}

/** What fetch refuses to find in an address, and would show in its message. */
function authorizationOf({ url }: Ping): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const credentials = Buffer.from([username, password].map(decodeURIComponent).join(':'));
  return { authorization: `Basic ${credentials.toString('base64')}` };
}

/** The message of fetch itself is "fetch failed"; its cause says more. */
function textOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: reason } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? reason ?? message;
}
