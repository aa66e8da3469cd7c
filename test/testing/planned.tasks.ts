import 'reflect-metadata';
import {
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { StsModule, type StsModuleOptions } from '../../lib/index.js';

/** The module of an app with these providers, and a scheduler that writes nothing. */
export function moduleWith(providers: readonly Type[], options: StsModuleOptions = {}): Type {
  @Module({ imports: [StsModule.forRoot({ logLevel: 'SILENT', ...options })], providers: [...providers] })
  class AppModule {}
  return AppModule;
}

/** A provider whose hooks a plan must not run. */
@Injectable()
export class Untouchable implements OnModuleInit, OnApplicationBootstrap {
  onModuleInit() {
    throw new Error('onModuleInit() was called');
  }
  onApplicationBootstrap() {
    throw new Error('onApplicationBootstrap() was called');
  }
}

export const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
