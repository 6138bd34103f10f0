/**
 * The proxy as a library, three ways in, each on its own:
 * roles in this process (`startServiceRole`, …) from the configuration their commands take; a whole deployment written to a
 * folder (`createDeployment`); or the bare parts (`startService`, `startConnector`) on a Host of your own.
 */

export type {
  CapacityRule,
  ConnectorConfig,
  ConnectorPorts,
  RunningConnector,
  TicketSource,
} from './connector/config.ts';
export { startConnector } from './connector/connector.ts';
export type { Cancel } from './host/cancel.ts';
export { type ErrorCode, HoldfastError, isHoldfastError } from './host/errors.ts';
export type { Crypto, DurableStore, Host, Log, LogLevel } from './host/host.ts';
export type {
  BodySource,
  FrontHandler,
  FrontServer,
  FrontTaker,
  HeaderPairs,
  Origin,
  OriginResult,
  RequestMessage,
  ResponseMessage,
} from './host/message.ts';
export type { Conn, Listener, Transport } from './host/transport.ts';
export { type Micros, micros, minutes, ms, seconds } from './host/units.ts';
export {
  createDeployment,
  type Deployment,
  type DeploymentOptions,
  type DeploymentRole,
  defaultDeployment,
} from './node/deployment/create.ts';
export { type Front, type FrontOptions, listenFront } from './node/front/listen.ts';
export { createNodeHost, type NodeHost, type NodeHostOptions } from './node/host.ts';
export { type LivePort, type LivePortOptions, liveIdentityPort } from './node/identity/live-port.ts';
export { startTokenServiceRole } from './node/identity/token-role.ts';
export { type ClosableOrigin, createUndiciOrigin, type UndiciOriginOptions } from './node/origin/undici-origin.ts';
export { startBackendRole } from './node/roles/backend.ts';
export { startConnectorRole } from './node/roles/connector.ts';
export { createEnrolmentToken } from './node/roles/enrolment-token.ts';
export type { ConfigSource } from './node/roles/read-config.ts';
export type { ControlMessage, RunningRole } from './node/roles/run-role.ts';
export { startServiceRole } from './node/roles/service.ts';
export {
  createTcpTransport,
  createTlsTransport,
  type TlsTransportOptions,
  type TransportOptions,
} from './node/tunnel/transport.ts';
export { type Behaviour, documented, hardened } from './policy/behaviour.ts';
export type { PublishedApplication, RunningService, ServiceConfig, ServiceMetrics } from './service/config.ts';
export { type ServicePorts, startService } from './service/service.ts';
export type { IdentityPort } from './token/identity-port.ts';
