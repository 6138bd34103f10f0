/** The one form of a sign-in page, as far as a driver needs it. */
export interface SignInForm {
  readonly action: string;
  /** All hidden fields as they are; the first text-like field gets the user, the password field the password. */
  filled(user: string, password: string): URLSearchParams;
}

/** Reads the first form of a page; undefined when there is none. Our own page, so a small reader is enough. */
export function readForm(html: string): SignInForm | undefined {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(html);
  if (form === null) return undefined;
  const action = attribute(form[1] ?? '', 'action') ?? '';
  const inputs = [...(form[2] ?? '').matchAll(/<input\b([^>]*)>/gi)].map((match) => match[1] ?? '');
  return {
    action,
    filled(user, password) {
      const fields = new URLSearchParams();
      let named = false;
      for (const input of inputs) {
        const name = attribute(input, 'name');
        if (name === undefined) continue;
        const type = (attribute(input, 'type') ?? 'text').toLowerCase();
        if (type === 'hidden') fields.set(name, attribute(input, 'value') ?? '');
        else if (type === 'password') fields.set(name, password);
        else if (!named && (type === 'text' || type === 'email')) {
          fields.set(name, user);
          named = true;
        }
      }
      return fields;
    },
  };
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value?.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}
