/** As much of a browser as a sign-in needs: cookies by name, no redirects followed by itself. */
export class Browser {
  readonly cookies = new Map<string, string>();

  async go(url: string, form?: Record<string, string>, signal = AbortSignal.timeout(20_000)): Promise<Response> {
    const headers: Record<string, string> = { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') };
    const init: RequestInit = { redirect: 'manual', headers, signal };
    if (form !== undefined) {
      init.method = 'POST';
      init.body = new URLSearchParams(form);
    }
    const answer = await fetch(url, init);
    for (const text of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (name === undefined) continue;
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(text)) this.cookies.delete(name);
      else this.cookies.set(name, value as string);
    }
    return answer;
  }

  /** Follows redirects while they stay at `origin`; gives the last answer, or the address that leads away. */
  async follow(
    url: string,
    origin: string,
    form?: Record<string, string>,
  ): Promise<{ away: string } | { answer: Response; url: string }> {
    let next = url;
    let body = form;
    for (let i = 0; i < 10; i++) {
      const answer = await this.go(next, body);
      body = undefined;
      const location = answer.headers.get('location');
      if (location === null) return { answer, url: next };
      await answer.body?.cancel();
      const to = new URL(location, next).href;
      if (!to.startsWith(origin)) return { away: to };
      next = to;
    }
    throw new Error('redirects in a circle');
  }
}
