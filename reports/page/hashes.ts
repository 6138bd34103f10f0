/** SHA-256 of the style sheet and of the script, base64, for the content security policy. A test keeps them true. */
export const styleHash = 'y6OviVGZVIqXr6/1tl6MS8fXvmF79F/fuB+MfInUBTA=';
export const scriptHash = 'zaBWEHbDaY3ZY0UexGDQnC1zKHENE/hHpTBUDQEhwD4=';
