import { textBody } from '../../host/body.ts';
import type { BodySource, FrontHandler } from '../../host/message.ts';
import { seededRandom } from '../../host/random.ts';
import { faultModeOf } from '../backend/faults.ts';
import { type SampleApplication, startSampleApplication } from '../backend/sample-application.ts';
import { type Front, listenFront } from '../front/listen.ts';
import { backendSchema } from './backend-schema.ts';
import { type ConfigSource, readConfig } from './read-config.ts';
import { type ControlMessage, type RoleOptions, type RunningRole, runRole } from './run-role.ts';

/** Runs the sample application as a process until it is told to end. The ready line has `port`, and `controlPort`. */
export function runBackendRole(source: ConfigSource, options: RoleOptions = {}): Promise<number> {
  return runRole(() => startBackendRole(source), options);
}

/** Starts the sample application in this process. ERR_CONFIG, ERR_PORT_IN_USE, ERR_LISTEN. */
export async function startBackendRole(source: ConfigSource): Promise<RunningRole> {
  const { config } = readConfig(backendSchema, source);
  const random = seededRandom(config.seed).fork('backend');
  const application = await startSampleApplication({ ...config, random });
  let control: Front | undefined;
  try {
    if (config.controlPort !== undefined) {
      const handler = controlHandler(application);
      control = await listenFront({ host: '127.0.0.1', port: config.controlPort, handler });
    }
  } catch (error) {
    await application.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await application.close();
    await control?.close();
  };
  return {
    ready: {
      role: 'backend',
      id: config.name,
      port: application.port,
      ...(control === undefined ? {} : { controlPort: control.port }),
    },
    drain: close,
    stop: close,
    command: (message) => obey(message, application),
  };
}

function obey(message: ControlMessage, application: SampleApplication): unknown {
  if (message.metrics === true) return { requests: application.requests, touched: application.touched };
  return application.setMode(faultModeOf(message));
}

function controlHandler(application: SampleApplication): FrontHandler {
  return async (request) => {
    try {
      // A page in a browser cannot send this type across origins without asking first, and nobody answers that.
      const json = request.headers.some(
        ([name, value]) => /^content-type$/i.test(name) && /^application\/json\b/i.test(value),
      );
      if (request.method !== 'POST' || !json)
        throw new Error('POST a control message as application/json, such as {"mode":"down"}');
      const result = await obey(JSON.parse(await shortText(request.body)) as ControlMessage, application);
      return { status: 200, headers: [], body: textBody(`${JSON.stringify(result ?? { ok: true })}\n`) };
    } catch (error) {
      return {
        status: 400,
        headers: [],
        body: textBody(`${error instanceof Error ? error.message : String(error)}\n`),
      };
    }
  };
}

async function shortText(body: BodySource | undefined): Promise<string> {
  let text = '';
  for (;;) {
    const chunk = await body?.pull();
    if (chunk === undefined || text.length > 4096) return text;
    text += Buffer.from(chunk.data ?? new Uint8Array()).toString('utf8');
  }
}
