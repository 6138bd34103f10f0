import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seconds } from '../../../proxy/host/units.ts';
import { liveApplications } from '../../../proxy/node/roles/live-applications.ts';
import type { PublishedApplication } from '../../../proxy/service/config.ts';

const application = (id: string, singleSignOn: 'none' | 'kerberos'): PublishedApplication => ({
  id,
  externalHost: `${id}.example`,
  externalPath: '/',
  internalUrl: `http://${id}.internal/`,
  group: 'default',
  preAuthentication: 'token-service',
  singleSignOn,
  backendTimeout: seconds(85),
});

test('a live service says that it sends no Kerberos ticket, and hides no challenge', () => {
  const events: string[] = [];
  const log = {
    debugEnabled: false,
    event: (level: string, name: string, facts: object) => events.push(`${level} ${name} ${Object.values(facts)[0]}`),
  };
  const published = liveApplications([application('hr', 'kerberos'), application('wiki', 'none')], log);
  assert.equal(published, [application('hr', 'none'), application('wiki', 'none')]);
  assert.equal(events, ['warn application.no-kerberos hr']);
});

test.run();
