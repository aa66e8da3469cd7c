import { timingSafeEqual } from 'node:crypto';
import { Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ADMIN_PASSWORD } from '../settings.js';

/** What the guard needs of a request and its answer, on Express. */
interface Asked {
  readonly headers: Readonly<Record<string, string | undefined>>;
  user?: { readonly name: string };
}

interface Answer {
  setHeader(name: string, value: string): void;
}

/** Lets in who knows the password: a browser asks for it, and curl has `-u admin:PASSWORD`. */
@Injectable()
export class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<Asked>();
    const [name, password] = credentialsIn(request.headers['authorization'] ?? '');
    if (name === 'admin' && isEqual(password, ADMIN_PASSWORD)) {
      request.user = { name };
      return true;
    }
    http.getResponse<Answer>().setHeader('www-authenticate', 'Basic realm="tasks"');
    throw new UnauthorizedException();
  }
}

function credentialsIn(header: string): readonly [name: string, password: string] {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(header) ?? [];
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
