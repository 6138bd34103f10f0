/**
 * A user name (or group) as a header value. Visible ASCII without comma, quote, semicolon or percent sign goes as it is;
 * anything else is written `UTF-8''` and percent codes (RFC 8187), so that no name can add a field, a line or a list member.
 */
export function identityText(text: string): string {
  if (/^[!#$&-+\--:<-~]{1,1024}$/.test(text) && !text.includes("''")) return text;
  const clean = text.slice(0, 1024).replace(/\p{Surrogate}/gu, '\ufffd');
  return `UTF-8''${encodeURIComponent(clean).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}
