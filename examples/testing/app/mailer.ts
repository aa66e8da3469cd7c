import { Injectable } from '@nestjs/common';

@Injectable()
export class Mailer {
  /** The tests put another one in its place. */
  async send(to: string, subject: string): Promise<void> {
    await fetch('https://mail.example/send', { method: 'POST', body: JSON.stringify({ to, subject }) });
  }
}
