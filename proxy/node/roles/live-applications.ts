import type { Log } from '../../host/host.ts';
import type { PublishedApplication } from '../../service/config.ts';

/**
 * Applications as a live service publishes them. There is no directory outside virtual time: whoever configured Kerberos is told
 * (`application.no-kerberos`), and the application is published without, so that its own challenge reaches the browser.
 */
export function liveApplications(applications: readonly PublishedApplication[], log: Log): PublishedApplication[] {
  return applications.map((application) => {
    if (application.singleSignOn !== 'kerberos') return application;
    log.event('warn', 'application.no-kerberos', {
      application: application.id,
      detail: 'single sign-on with Kerberos is simulated in virtual time only; no ticket is sent',
    });
    return { ...application, singleSignOn: 'none' };
  });
}
