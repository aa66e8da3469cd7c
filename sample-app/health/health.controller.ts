import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';

@Controller('health')
export class HealthController {
  #requests = 0;

  /** Refuses every third request, so that there is something to retry. */
  @Get()
  check(): { message: string } {
    this.#requests += 1;
    if (this.#requests % 3 === 0) throw new ServiceUnavailableException('busy, ask again');
    return { message: 'well' };
  }
}
