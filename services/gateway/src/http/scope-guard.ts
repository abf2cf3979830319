import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { CallerRequest } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import type { ApiKey, Scope } from '../domain/api-key.js';
import { keyFromHead } from '../domain/read-key.js';
import { Access } from './access.js';

const SCOPE = 'rapport:scope';
const READ_COST = 1;

/** `open`: the door needs no key. `own`: its controller checks the key itself (it may stand in the body). */
export type DoorScope = Scope | 'open' | 'own';
export const Scoped = (scope: DoorScope): MethodDecorator => SetMetadata(SCOPE, scope);

export interface KeyedRequest extends CallerRequest {
  apiKey?: ApiKey;
}

/** Every door says which scope it needs; one that says nothing stays shut. */
@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: Access,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const scope = this.reflector.get<DoorScope | undefined>(SCOPE, context.getHandler());
    if (scope === undefined || scope === 'open' || scope === 'own') return scope !== undefined || !isGatewayDoor(context);
    const http = context.switchToHttp();
    const request = http.getRequest<KeyedRequest>();
    const key = this.access.authenticate(keyFromHead(request.headers));
    this.access.require(key, scope);
    this.access.charge(key, READ_COST, http.getResponse<FastifyReply>());
    request.apiKey = key;
    request.callerId = key.id;
    return true;
  }
}

/** The chassis' probes carry no scope. */
const isGatewayDoor = (context: ExecutionContext): boolean => context.getClass().name !== 'ProbesController';
