import { HoldfastError } from '../../host/errors.ts';
import { enrolmentTokens } from '../certificates/enrolment-tokens.ts';
import { type ConfigSource, readConfig } from './read-config.ts';
import { serviceSchema } from './service-schema.ts';

/**
 * Makes a one-time token with which a connector gets its first certificate, or a new one after its last has ended. `source`:
 * the configuration of a service instance, whose tokens folder every instance that enrols shares. Good for an hour, once.
 * @throws HoldfastError ERR_CONFIG; ERR_ENROLMENT_OFF when that service enrols nobody; ERR_ENROLMENT_CONNECTOR when it does not list the connector
 */
export function createEnrolmentToken(source: ConfigSource, connectorId: string): string {
  const { config, path } = readConfig(serviceSchema, source);
  const file = typeof source === 'string' ? source : 'the configuration';
  if (config.admin === undefined) {
    throw new HoldfastError('ERR_ENROLMENT_OFF', `${file} has no admin section: this service enrols nobody`, {
      facts: { file },
      hint: 'Name a service that has one, or give the connector a certificate (tls) instead.',
    });
  }
  if (!config.connectors.some(({ id }) => id === connectorId)) {
    throw new HoldfastError('ERR_ENROLMENT_CONNECTOR', `${file} lists no connector ${connectorId}`, {
      facts: { file, connectorId },
      hint: `Listed are ${config.connectors.map(({ id }) => id).join(', ')}; a new one goes into connectors of every instance first.`,
    });
  }
  return enrolmentTokens(path(config.admin.tokensFolder)).create(connectorId);
}
