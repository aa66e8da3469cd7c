import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

/** A dead man's switch, in place of one such as healthchecks.io: it would raise an alarm when it hears nothing. */
@Controller('checks')
export class ChecksController {
  readonly #heard = new Map<string, { signal: string; at: Date }>();

  @Post([':check', ':check/:signal'])
  @HttpCode(200)
  hear(@Param('check') check: string, @Param('signal') signal = 'success'): string {
    this.#heard.set(check, { signal, at: new Date() });
    return 'OK';
  }

  /** What each check heard last. */
  @Get()
  list() {
    return Object.fromEntries(this.#heard);
  }
}
