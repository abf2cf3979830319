import { type Abstract, Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

/** Finds providers that not every service has: the gateway has no stream, a test no database. */
@Injectable()
export class OptionalProvider {
  constructor(private readonly modules: ModuleRef) {}

  find<T>(token: symbol | Type<T> | Abstract<T>): T | undefined {
    try {
      return this.modules.get<T>(token as symbol, { strict: false });
    } catch {
      return undefined;
    }
  }
}
