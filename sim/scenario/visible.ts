/** The text with a dot for every character that steers a terminal (C0 and C1; tabs as spaces); as long as before. */
export function visible(text: string): string {
  return text.replace(/\t/g, ' ').replace(/\p{Cc}/gu, '·');
}
