/** SHA-256 of the style sheet and of the script, base64, for the content security policy. A test keeps them true. */
export const styleHash = 'VKCe+Yy4UOeTqBwehydRzgcw0ze92qE+62biOm/B3Ww=';
export const scriptHash = 'zaBWEHbDaY3ZY0UexGDQnC1zKHENE/hHpTBUDQEhwD4=';
