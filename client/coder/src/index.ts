export { type AppUrlParts, agentsOf, appUrl, type FoundApp, findAgent, findApps } from './apps.ts';
export { type BuildOptions, CoderClient, type PageOptions } from './client.ts';
export { CoderError, type CoderErrorCode, type Validation } from './errors.ts';
export type { CallOptions, ConnectionOptions } from './http.ts';
export type { FollowOptions } from './logs.ts';
export type { OpenWebSocket, WebSocketLike } from './socket.ts';
export type * from './types.ts';
export type { FoundAgent, HealthyApp } from './wait.ts';
